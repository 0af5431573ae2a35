#include "domain/login/login_keys.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace scanlogin {
namespace {

constexpr std::string_view kUuid = "0123456789abcdef0123456789abcdef";

std::vector<std::string> all_of(const LoginKeys& keys) {
  return {keys.code(kUuid),    keys.outcome(kUuid), keys.claim(kUuid), keys.grant(kUuid),
          keys.browser(kUuid), keys.start(kUuid),   keys.link(kUuid)};
}

// What a cluster places a key by: what stands between the first '{' and the first '}' behind it
// (redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec, "Hash tags").
std::string placed_by(const std::string& key) {
  const std::size_t begin = key.find('{');
  if (begin == std::string::npos) return key;
  const std::size_t end = key.find('}', begin);
  return end == std::string::npos || end == begin + 1 ? key
                                                      : key.substr(begin + 1, end - begin - 1);
}

TEST(LoginKeys, WeChatsAreTheDjangoModules) {
  const LoginKeys keys("wx", false);
  EXPECT_EQ(keys.code("u"), "WeixinCodeMap:u");
  EXPECT_EQ(keys.outcome("u"), "WeixinCodeMap:u:outcome");
  EXPECT_EQ(keys.claim("u"), "WeixinClaim:u");
  EXPECT_EQ(keys.grant("u"), "WeixinGrant:u");
  EXPECT_EQ(keys.browser("u"), "WeixinLogin:u");
  EXPECT_EQ(keys.start("u"), "WeixinStart:u");
  EXPECT_EQ(keys.link("u"), "WeixinLink:u");
}

TEST(LoginKeys, AnotherProvidersHaveItsName) {
  const LoginKeys keys("github", false);
  EXPECT_EQ(keys.code("u"), "OAuthCodeMap:github:u");
  EXPECT_EQ(keys.outcome("u"), "OAuthCodeMap:github:u:outcome");
  EXPECT_EQ(keys.claim("u"), "OAuthClaim:github:u");
  EXPECT_EQ(keys.link("u"), "OAuthLink:github:u");
}

TEST(LoginKeys, InAClusterTheUuidIsTheirHashTag) {
  EXPECT_EQ(LoginKeys("wx", true).code("u"), "WeixinCodeMap:{u}");
  EXPECT_EQ(LoginKeys("wx", true).outcome("u"), "WeixinCodeMap:{u}:outcome");
  EXPECT_EQ(LoginKeys("github", true).claim("u"), "OAuthClaim:github:{u}");
}

TEST(LoginKeys, ThoseOfALoginAreSevenAndStayTogetherInACluster) {
  for (const char* provider : {"wx", "github"}) {
    const std::vector<std::string> keys = all_of(LoginKeys(provider, true));
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 7U) << provider;
    for (const std::string& key : keys) EXPECT_EQ(placed_by(key), kUuid) << key;
  }
}

TEST(LoginKeys, AKeyThatIsWatchedTellsItsUuid) {
  for (const char* provider : {"wx", "github"}) {
    for (const bool in_cluster : {false, true}) {
      const LoginKeys keys(provider, in_cluster);
      for (const std::string& key : {keys.code(kUuid), keys.outcome(kUuid)}) {
        ASSERT_TRUE(key.starts_with(keys.watched())) << key;
        EXPECT_EQ(keys.uuid_of(key), kUuid) << key;
      }
    }
  }
}

TEST(LoginKeys, OnlyWhatAnswersAPollIsWatched) {
  for (const bool in_cluster : {false, true}) {
    const LoginKeys keys("wx", in_cluster);
    for (const std::string& key : {keys.claim(kUuid), keys.grant(kUuid), keys.browser(kUuid),
                                   keys.start(kUuid), keys.link(kUuid)}) {
      EXPECT_FALSE(key.starts_with(keys.watched())) << key;
    }
  }
}

// Strangers may have written what begins so.
TEST(LoginKeys, AKeyThatIsNoneOfOursDoesNoHarm) {
  for (const bool in_cluster : {false, true}) {
    const LoginKeys keys("wx", in_cluster);
    for (const char* rest : {"", ":", "{", "{}", "}", "{}:outcome", "::outcome"}) {
      const std::string key = keys.watched() + rest;
      EXPECT_LE(keys.uuid_of(key).size(), 2U) << rest;
    }
  }
}

}  // namespace
}  // namespace scanlogin
