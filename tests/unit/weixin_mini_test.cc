// The login of a mini-program, asked over a socket.
#include "domain/providers/weixin_mini.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/providers/weixin_website.h"
#include "unit/weixin_played.h"

namespace scanlogin::weixin {
namespace {

using Strings = std::vector<std::string>;

constexpr const char* kSession = "/sns/jscode2session";

struct Mini : Played<MiniProgram> {
  Mini() : Played("MINI", read_mini_settings) {}

  std::variant<Grant, Refusal> exchange(const std::string& reply, int status = 200) {
    answer(kSession, reply, status);
    return (*this)->exchange("C+1", {});
  }
};

TEST(MiniProgram, TellsWhatItIs) {
  Mini mini;
  EXPECT_EQ(mini->facts().name, "mini");
  EXPECT_EQ(mini->facts().settings, "MINI_APPID and MINI_SECRET");
  EXPECT_EQ(mini->facts().identity_type, "mini_openid");
  EXPECT_EQ(mini->facts().union_type, Website::kFacts.union_type);
  EXPECT_EQ(mini->time_limit(), std::chrono::seconds(5)) << "one call";
}

TEST(MiniProgram, HasNoPageToSendAnybodyTo) {
  Mini mini;
  try {
    mini->authorize_url({});
    ADD_FAILURE() << "there is none";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::internal);
  }
}

TEST(MiniProgram, LogsSomebodyInByOneCallAndKeepsNoSessionKey) {
  Mini mini;
  const Grant grant = std::get<Grant>(
      mini.exchange(R"({"openid":"o","session_key":"c2Vzc2lvbiBrZXkgaXQgaXM=","unionid":"u"})"));
  EXPECT_EQ(grant.text, R"({"openid":"o","unionid":"u"})");
  EXPECT_TRUE(mini->is_grant(grant));
  for (int time = 0; time < 2; ++time) {
    const Person person = std::get<Person>(mini->person(grant));
    EXPECT_EQ(identities_in(person), (Strings{"weixin u", "mini_openid o"}));
    EXPECT_EQ(person.nickname, "");
    EXPECT_EQ(person.avatar_url, "");
    EXPECT_EQ(person.gender, "");
  }
  EXPECT_EQ(mini.asked(), Strings{"/sns/jscode2session?appid=the-app&secret=the%26secret"
                                  "&js_code=C%2B1&grant_type=authorization_code"});
}

TEST(MiniProgram, KnowsAPersonWithoutAUnionidByTheOpenid) {
  Mini mini;
  const Grant grant = std::get<Grant>(mini.exchange(R"({"openid":"o","session_key":"k"})"));
  Mini elsewhere;
  ASSERT_TRUE(elsewhere->is_grant(Grant{grant.text})) << "kept, and read in another process";
  EXPECT_EQ(identities_in(std::get<Person>(elsewhere->person(grant))), Strings{"mini_openid o"});
}

TEST(MiniProgram, PassesARefusalOnAsANumberHoweverItIsWritten) {
  Mini mini;
  for (const char* errcode : {"40029", "\"40029\""}) {
    const auto reply =
        mini.exchange(R"({"errcode":)" + std::string(errcode) + R"(,"errmsg":"invalid code"})");
    EXPECT_EQ(errcode_in(reply), 40029);
    EXPECT_EQ(std::get<Refusal>(reply).msg, "invalid code");
    EXPECT_EQ(std::get<Refusal>(reply).call, "jscode2session");
    EXPECT_FALSE(std::get<Refusal>(reply).operators_mistake);
  }
  for (const char* errcode : {"-1", "\"-1\"", "45011", "\"45011\""}) {
    const auto reply = mini.exchange(R"({"errcode":)" + std::string(errcode) + "}");
    EXPECT_FALSE(std::get<Refusal>(reply).passes) << "the code may be spent";
  }
  EXPECT_TRUE(std::get<Refusal>(mini.exchange(R"({"errcode":"40013"})")).operators_mistake);
}

TEST(MiniProgram, ErrcodeZeroIsSuccess) {
  Mini mini;
  for (const char* errcode : {"0", "\"0\""}) {
    const auto reply = mini.exchange(R"({"errcode":)" + std::string(errcode) + R"(,"openid":"o"})");
    EXPECT_TRUE(std::holds_alternative<Grant>(reply)) << errcode;
  }
}

TEST(MiniProgram, WhatBreaksTheProtocolIsWeChatsFault) {
  Mini mini;
  const auto expect = [&](const char* body, int status, const char* why) {
    expect_upstream_error([&] { mini.exchange(body, status); }, why);
  };
  expect(R"({"openid":"o"})", 500, "status 500");
  for (const char* body : {"", "<html>", "[]", "{"}) expect(body, 200, "is not a JSON object");
  expect("{}", 200, "lacks openid");
  expect(R"({"openid":"o o"})", 200, "unusable openid");
  expect(R"({"openid":"o","unionid":7})", 200, "unusable unionid");
  for (const char* errcode :
       {"null", "1.5", "\"\"", "\"4x\"", "\"1.5\"", "[]", "\"99999999999999999999\""}) {
    const std::string body = R"({"openid":"o","errcode":)" + std::string(errcode) + "}";
    expect(body.c_str(), 200, "errcode");
  }
}

TEST(MiniProgram, TakesNothingElseForAGrant) {
  Mini mini;
  for (const char* text : {"", "{}", "o", R"({"openid":"","unionid":"u"})", R"({"errcode":"1"})",
                           R"({"access_token":"AT","openid":"o","unionid":"u"})",
                           R"({"openid":"o","unionid":"u"} )"}) {
    EXPECT_FALSE(mini->is_grant(Grant{text})) << text;
  }
}

}  // namespace
}  // namespace scanlogin::weixin
