// The settings of a provider that speaks OpenID Connect.
#include "domain/providers/oidc_settings.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/all_settings.h"
#include "unit/temporary_file.h"

namespace scanlogin::oidc {
namespace {

Variables good() {
  return {{"ACME_ISSUER", "https://id.acme.example/"},
          {"ACME_CLIENT_ID", "site"},
          {"ACME_CLIENT_SECRET", "secret"}};
}

Settings read(const Variables& variables) {
  const Environment environment = scanlogin::environment(variables);
  SettingsReader reader(environment);
  Settings settings = read_settings(reader, "acme");
  EXPECT_TRUE(reader.faults().empty()) << reader.faults().front();
  return settings;
}

// Every fault, each on a line.
std::string faults_of(const Variables& variables) {
  const Environment environment = scanlogin::environment(variables);
  SettingsReader reader(environment);
  read_settings(reader, "acme");
  std::string all;
  for (const std::string& fault : reader.faults()) all += fault + "\n";
  return all;
}
std::string faults_with(const std::string& name, const std::string& value) {
  Variables variables = good();
  variables[name] = value;
  return faults_of(variables);
}

TEST(OidcSettings, HaveDefaults) {
  const Settings settings = read(good());
  EXPECT_EQ(settings.name, "acme");
  EXPECT_EQ(settings.issuer, "https://id.acme.example/");
  EXPECT_EQ(settings.client_id, "site");
  EXPECT_EQ(settings.client_secret, "secret");
  EXPECT_EQ(settings.label, "acme");
  EXPECT_EQ(settings.label_zh, "acme");
  EXPECT_EQ(settings.scope, "openid profile");
  EXPECT_EQ(settings.ca_file, "");
  EXPECT_EQ(settings.timeout, std::chrono::seconds(5));
}

TEST(OidcSettings, AreReadByTheProvidersName) {
  const TemporaryFile secret("from a file\n");
  Variables variables = good();
  variables.erase("ACME_CLIENT_SECRET");
  variables["ACME_CLIENT_SECRET_FILE"] = secret.path();
  variables["ACME_LABEL"] = "Acme";
  variables["ACME_LABEL_ZH"] = "顶点";
  variables["ACME_SCOPE"] = "email openid";
  variables["ACME_TIMEOUT_MS"] = "900";
  variables["OTHER_TIMEOUT_MS"] = "1";
  const Settings settings = read(variables);
  EXPECT_EQ(settings.client_secret, "from a file");
  EXPECT_EQ(settings.label, "Acme");
  EXPECT_EQ(settings.label_zh, "顶点");
  EXPECT_EQ(settings.scope, "email openid");
  EXPECT_EQ(settings.timeout.count(), 900);
}

TEST(OidcSettings, TheChineseLabelIsTheOtherWhereThereIsNone) {
  Variables variables = good();
  variables["ACME_LABEL"] = "Acme";
  EXPECT_EQ(read(variables).label_zh, "Acme");
}

TEST(OidcSettings, TellWhatIsMissing) {
  EXPECT_EQ(faults_of({}),
            "ACME_ISSUER is not set: the provider's issuer, a URL\n"
            "ACME_CLIENT_ID is not set: the site's id at the provider\n"
            "ACME_CLIENT_SECRET is not set: the site's secret at the provider\n");
}

TEST(OidcSettings, TellWhatIsWrong) {
  for (const char* issuer : {"http://id.acme.example", "id.acme.example", "https://a.example/?x"}) {
    EXPECT_EQ(faults_with("ACME_ISSUER", issuer),
              "ACME_ISSUER must be a URL like https://accounts.example.com; http only on a "
              "loopback address\n")
        << issuer;
  }
  EXPECT_EQ(faults_with("ACME_ISSUER", "http://127.0.0.1:8080"), "");
  for (const char* scope : {"profile", "openid2", "openid \"", "openid\\", "openid é"}) {
    EXPECT_EQ(faults_with("ACME_SCOPE", scope),
              "ACME_SCOPE must be words with openid among them, like: openid profile\n")
        << scope;
  }
  EXPECT_EQ(faults_with("ACME_TIMEOUT_MS", "1"),
            "ACME_TIMEOUT_MS must be a whole number from 100 to 60000\n");
  EXPECT_EQ(faults_with("ACME_CLIENT_ID", "é"),
            "ACME_CLIENT_ID must be ASCII, of 1,024 characters at the most\n");
  EXPECT_EQ(faults_with("ACME_CLIENT_SECRET", std::string(1025, 's')),
            "ACME_CLIENT_SECRET must be ASCII, of 1,024 characters at the most\n");
  EXPECT_EQ(faults_with("ACME_CA_FILE", "/nowhere"),
            "ACME_CA_FILE names a file that cannot be read or holds no certificate: /nowhere\n");
}

}  // namespace
}  // namespace scanlogin::oidc
