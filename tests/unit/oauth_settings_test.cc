// The settings of a provider that a file describes.
#include "domain/providers/oauth_settings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "unit/all_settings.h"
#include "unit/shipped_provider.h"

namespace scanlogin::oauth {
namespace {

struct Read {
  Settings settings;
  std::vector<std::string> faults;
};

Read read(const std::string& name, Variables variables) {
  variables.merge(Variables{{"PROVIDER_DIR", shipped_directory()},
                            {ascii_upper(name) + "_CLIENT_ID", "I"},
                            {ascii_upper(name) + "_CLIENT_SECRET", "S"}});
  const Environment environment = scanlogin::environment(variables);
  SettingsReader reader(environment);
  Settings settings = read_settings(reader, name);
  return {std::move(settings), reader.faults()};
}

void expect_fault(const Variables& variables, const std::string& beginning) {
  const std::vector<std::string> faults = read("feishu", variables).faults;
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_TRUE(faults[0].starts_with(beginning)) << faults[0];
}

TEST(OAuthSettings, HaveDefaults) {
  const auto [settings, faults] = read("feishu", {});
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(settings.client_id, "I");
  EXPECT_EQ(settings.client_secret, "S");
  EXPECT_EQ(settings.ca_file, "");
  EXPECT_EQ(settings.timeout, std::chrono::seconds(5));
  EXPECT_EQ(settings.description.label_zh, "飞书");
}

TEST(OAuthSettings, HaveToHaveTheClient) {
  expect_fault({{"FEISHU_CLIENT_ID", ""}}, "FEISHU_CLIENT_ID is not set: ");
  expect_fault({{"FEISHU_CLIENT_SECRET", ""}}, "FEISHU_CLIENT_SECRET is not set: ");
  expect_fault({{"FEISHU_CLIENT_SECRET_FILE", "/nonexistent"}}, "FEISHU_CLIENT_SECRET is set, and");
}

TEST(OAuthSettings, MoveTheUrls) {
  const Description lark = read("feishu", {{"FEISHU_OPEN_BASE", "https://accounts.larksuite.com/"},
                                           {"FEISHU_API_BASE", "https://open.larksuite.com"}})
                               .settings.description;
  EXPECT_EQ(lark.authorize.url, "https://accounts.larksuite.com/open-apis/authen/v1/authorize");
  EXPECT_EQ(lark.token.url, "https://open.larksuite.com/open-apis/authen/v2/oauth/token");
  EXPECT_EQ(lark.person[0].url, "https://open.larksuite.com/open-apis/authen/v1/user_info");
}

TEST(OAuthSettings, AreRefusedWhereTheyAreWrong) {
  for (const char* url : {"http://feishu.example", "x", "https://a/?b", "https://a@b"}) {
    expect_fault({{"FEISHU_OPEN_BASE", url}}, "FEISHU_OPEN_BASE must be a URL like");
    expect_fault({{"FEISHU_API_BASE", url}}, "FEISHU_API_BASE must be a URL like");
  }
  expect_fault({{"FEISHU_TIMEOUT_MS", "99"}}, "FEISHU_TIMEOUT_MS must be");
  expect_fault({{"FEISHU_CA_FILE", "/nonexistent"}}, "FEISHU_CA_FILE names a file that");
  expect_fault({{"FEISHU_LABEL", "a\nb"}}, "FEISHU_LABEL holds a control character");
}

TEST(OAuthSettings, NameTheFileThatIsWrong) {
  const std::filesystem::path directory = testing::TempDir() + "scanlogin_providers";
  std::filesystem::create_directories(directory);
  std::ofstream(directory / "mine.json") << R"({"label": 7})";
  const Variables variables = {{"PROVIDER_DIR", directory}};
  const std::vector<std::string> faults = read("mine", variables).faults;
  ASSERT_EQ(faults.size(), 4U);
  EXPECT_EQ(faults[0], (directory / "mine.json").string() + ": label must be an object");
  EXPECT_TRUE(is_described(directory, "mine"));
  EXPECT_FALSE(is_described(directory, "other"));
  EXPECT_FALSE(is_described(directory, "../scanlogin_providers/mine"));
  const std::vector<std::string> missing = read("other", variables).faults;
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0], "PROVIDER_DIR names a file that cannot be read: " +
                            (directory / "other.json").string());
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace scanlogin::oauth
