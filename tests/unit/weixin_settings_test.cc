// What the settings of WeChat's three apps share, and what each has for itself.
#include "domain/providers/weixin_settings.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "unit/all_settings.h"

namespace scanlogin::weixin {
namespace {

using Strings = std::vector<std::string>;

struct Way {
  const char* prefix;
  Settings (*read)(SettingsReader&);
};
constexpr Way kWays[] = {
    {"WX", read_settings}, {"MP", read_account_settings}, {"MINI", read_mini_settings}};

struct Read {
  Settings settings;
  Strings faults;
};

// The settings of one app that lacks nothing, but for what `variables` say.
Read read(const Way& way, Variables variables = {}) {
  const std::string prefix = way.prefix;
  if (!variables.contains(prefix + "_SECRET_FILE")) variables.try_emplace(prefix + "_SECRET", "S");
  variables.try_emplace(prefix + "_APPID", prefix + "-app");
  const Environment environment = scanlogin::environment(variables);
  SettingsReader reader(environment);
  Settings settings = way.read(reader);
  return {std::move(settings), reader.faults()};
}

void expect_fault(const Way& way, const Variables& variables, const std::string& beginning) {
  const Strings faults = read(way, variables).faults;
  ASSERT_EQ(faults.size(), 1U) << beginning;
  EXPECT_TRUE(faults[0].starts_with(beginning)) << faults[0];
}

TEST(WeixinSettings, OfEachAppAreItsIdAndItsSecret) {
  for (const Way& way : kWays) {
    // The others' are not looked at, good or bad.
    const auto [settings, faults] =
        read(way, {{"WX_APPID", "WX-app"}, {"MP_APPID", "MP-app"}, {"MINI_APPID", "MINI-app"}});
    EXPECT_EQ(faults, Strings{}) << way.prefix;
    EXPECT_EQ(settings.appid, std::string(way.prefix) + "-app");
    EXPECT_EQ(settings.secret, "S");
    EXPECT_EQ(settings.api_base, "https://api.weixin.qq.com");
    EXPECT_EQ(settings.open_base, "https://open.weixin.qq.com");
    EXPECT_EQ(settings.timeout, std::chrono::seconds(5));
  }
}

TEST(WeixinSettings, OfAnAppHaveToBeThere) {
  for (const Way& way : kWays) {
    const std::string prefix = way.prefix;
    expect_fault(way, {{prefix + "_APPID", ""}}, prefix + "_APPID is not set: ");
    expect_fault(way, {{prefix + "_SECRET", ""}}, prefix + "_SECRET is not set: ");
    expect_fault(way, {{prefix + "_SECRET", "S"}, {prefix + "_SECRET_FILE", "/nonexistent"}},
                 prefix + "_SECRET is set, and");
    expect_fault(way, {{prefix + "_SECRET_FILE", "/nonexistent"}}, prefix + "_SECRET_FILE");
  }
}

TEST(WeixinSettings, OfWeChatItselfAreTheSameForAll) {
  for (const Way& way : kWays) {
    const auto [settings, faults] = read(way, {{"WX_API_BASE", "http://127.0.0.1:1/"},
                                               {"WX_OPEN_BASE", "http://127.0.0.1:2"},
                                               {"WX_TIMEOUT_MS", "700"}});
    EXPECT_EQ(faults, Strings{}) << way.prefix;
    EXPECT_EQ(settings.api_base, "http://127.0.0.1:1");
    EXPECT_EQ(settings.open_base, "http://127.0.0.1:2");
    EXPECT_EQ(settings.timeout, std::chrono::milliseconds(700));
    expect_fault(way, {{"WX_API_BASE", "x"}}, "WX_API_BASE must be");
    expect_fault(way, {{"WX_OPEN_BASE", "x"}}, "WX_OPEN_BASE must be");
    expect_fault(way, {{"WX_TIMEOUT_MS", "99"}}, "WX_TIMEOUT_MS must be");
    expect_fault(way, {{"WX_CA_FILE", "/nonexistent"}}, "WX_CA_FILE names a file");
  }
}

TEST(WeixinSettings, OfTheScriptAreTheWebsitesAlone) {
  expect_fault(kWays[0], {{"WX_JS_URL", "x"}}, "WX_JS_URL must be");
  EXPECT_EQ(read(kWays[1], {{"WX_JS_URL", "x"}}).faults, Strings{});
  EXPECT_EQ(read(kWays[2], {{"WX_JS_URL", "x"}}).faults, Strings{});
}

}  // namespace
}  // namespace scanlogin::weixin
