#include "domain/providers/wecom_settings.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "unit/all_settings.h"
#include "unit/temporary_file.h"

namespace scanlogin::wecom {
namespace {

using Strings = std::vector<std::string>;

struct Read {
  Settings settings;
  Strings faults;
};

// Of an environment that lacks nothing, but for what `variables` say.
Read read(Variables variables = {}) {
  variables.try_emplace("WECOM_CORPID", "ww0123456789abcdef");
  variables.try_emplace("WECOM_AGENT_ID", "1000002");
  if (!variables.contains("WECOM_SECRET_FILE")) variables.try_emplace("WECOM_SECRET", "S");
  const Environment environment = scanlogin::environment(variables);
  SettingsReader reader(environment);
  Settings settings = read_settings(reader);
  return {std::move(settings), reader.faults()};
}

void expect_fault(const Variables& variables, const std::string& beginning) {
  const Strings faults = read(variables).faults;
  ASSERT_EQ(faults.size(), 1U) << beginning;
  EXPECT_TRUE(faults[0].starts_with(beginning)) << faults[0];
}

TEST(WeComSettings, AreTheCompanysItsAppsAndTheAppsSecret) {
  const auto [settings, faults] = read();
  EXPECT_EQ(faults, Strings{});
  EXPECT_EQ(settings.corpid, "ww0123456789abcdef");
  EXPECT_EQ(settings.agent_id, "1000002");
  EXPECT_EQ(settings.secret, "S");
  EXPECT_EQ(settings.api_base, "https://qyapi.weixin.qq.com");
  EXPECT_EQ(settings.login_base, "https://login.work.weixin.qq.com");
  EXPECT_EQ(settings.open_base, "https://open.weixin.qq.com");
  EXPECT_EQ(settings.ca_file, "");
  EXPECT_EQ(settings.timeout, std::chrono::seconds(5));
  const TemporaryFile file("from a file\n");
  EXPECT_EQ(read({{"WECOM_SECRET_FILE", file.path()}}).settings.secret, "from a file");
}

TEST(WeComSettings, HaveToBeThereAndOfTheirForm) {
  for (const char* name : {"WECOM_CORPID", "WECOM_AGENT_ID", "WECOM_SECRET"}) {
    expect_fault({{name, ""}}, std::string(name) + " is not set: ");
  }
  for (const char* corpid : {"ww:1", "ww 1", "企业", "ww&x=1"}) {
    expect_fault({{"WECOM_CORPID", corpid}}, "WECOM_CORPID must be an id");
  }
  expect_fault({{"WECOM_CORPID", std::string(65, 'w')}}, "WECOM_CORPID must be an id");
  for (const char* agent : {"x", "1 2", "-1", "12345678901234567"}) {
    expect_fault({{"WECOM_AGENT_ID", agent}}, "WECOM_AGENT_ID must be a number");
  }
}

TEST(WeComSettings, SecretsGoWhereTheyAreSafe) {
  const auto [settings, faults] = read({{"WECOM_API_BASE", "http://127.0.0.1:1/wecom/"},
                                        {"WECOM_LOGIN_BASE", "https://a.example"},
                                        {"WECOM_OPEN_BASE", "https://b.example/"},
                                        {"WECOM_TIMEOUT_MS", "700"}});
  EXPECT_EQ(faults, Strings{});
  EXPECT_EQ(settings.api_base, "http://127.0.0.1:1/wecom");
  EXPECT_EQ(settings.login_base, "https://a.example");
  EXPECT_EQ(settings.open_base, "https://b.example");
  EXPECT_EQ(settings.timeout, std::chrono::milliseconds(700));
  for (const char* name : {"WECOM_API_BASE", "WECOM_LOGIN_BASE", "WECOM_OPEN_BASE"}) {
    expect_fault({{name, "http://wecom.example"}}, std::string(name) + " must be a URL like https");
    expect_fault({{name, "x"}}, std::string(name) + " must be a URL like https");
  }
  expect_fault({{"WECOM_CA_FILE", "/nonexistent"}}, "WECOM_CA_FILE names a file");
  expect_fault({{"WECOM_TIMEOUT_MS", "99"}}, "WECOM_TIMEOUT_MS");
}

}  // namespace
}  // namespace scanlogin::wecom
