// Replies that no documentation shows: of other types, sizes and spellings.
#include "domain/providers/oauth_replies.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "unit/shipped_provider.h"

namespace scanlogin::oauth {
namespace {

// Has an id that is a number, and one call after the token's.
const Description& numbered() {
  static const Description description = shipped("github");
  return description;
}
// Has ids that are texts, and a union id.
const Description& lettered() {
  static const Description description = shipped("dingtalk");
  return description;
}

std::variant<Values, Refusal> reply(const Description& description, const std::string& body,
                                    long status = 200) {
  return read_reply(description, description.person.front(), {status, body},
                    {{"access_token", "AT"}});
}

// What a reply has under a name; "" if it lacks that.
std::string found(const Description& description, const std::string& body, const char* name) {
  const auto values = std::get<Values>(reply(description, body));
  return values.contains(name) ? values.at(name) : "";
}

Refusal refusal(const std::string& body, long status = 200) {
  return std::get<Refusal>(reply(lettered(), body, status));
}

// The reason why a reply cannot be read.
std::string fault(const Description& description, const std::string& body, long status = 200) {
  try {
    reply(description, body, status);
    return "none";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::upstream);
    return error.what();
  }
}

TEST(OAuthReply, AnIdIsANumberAboveZero) {
  const auto id = [](const std::string& value) { return R"({"id":)" + value + "}"; };
  for (const char* good : {"1", "583231", "4294967296", "9007199254740993", "18446744073709551615",
                           R"("9007199254740993")", R"("7")"}) {
    std::string digits = good;
    std::erase(digits, '"');
    EXPECT_EQ(found(numbered(), id(good), "id"), digits);
  }
  for (const char* bad :
       {"0", "-1", "1.5", "1e300", "123456789012345678901", "true", "[]", "{}", R"("0")", R"("-1")",
        R"("007")", R"("1.0")", R"("7 ")", R"("+7")", R"("0x7")", R"("octocat")", R"("७")"}) {
    EXPECT_EQ(fault(numbered(), id(bad)), "GitHub's reply to user has an unusable id") << bad;
  }
  for (const char* none : {R"("")", "null"}) {
    EXPECT_EQ(fault(numbered(), id(none)), "GitHub's reply to user lacks id") << none;
  }
  EXPECT_EQ(fault(numbered(), "{}"), "GitHub's reply to user lacks id");
}

TEST(OAuthReply, OtherIdsAreVisibleAscii) {
  const auto id = [](const std::string& value) { return R"({"openId":)" + value + "}"; };
  EXPECT_EQ(found(lettered(), id(R"("aB+/=-_.~")"), "id"), "aB+/=-_.~");
  EXPECT_EQ(found(lettered(), id('"' + std::string(200, 'x') + '"'), "id").size(), 200U);
  for (const std::string& bad :
       {std::string("7"), std::string("true"), std::string("[\"x\"]"), std::string(R"("a b")"),
        std::string(R"("é")"), std::string(R"("a\u007f")"), std::string(R"("a\u0000")"),
        std::string(R"("a\n")"), '"' + std::string(201, 'x') + '"'}) {
    EXPECT_EQ(fault(lettered(), id(bad)), "DingTalk's reply to users/me has an unusable id") << bad;
  }
  EXPECT_EQ(fault(lettered(), R"({"openId":"o","unionId":7})"),
            "DingTalk's reply to users/me has an unusable union");
  EXPECT_EQ(fault(lettered(), R"({"unionId":"u"})"), "DingTalk's reply to users/me lacks id");
}

TEST(OAuthReply, ATokenIsVisibleAscii) {
  const auto token = [](const std::string& value) {
    const Description& description = numbered();
    return read_reply(description, description.token, {200, R"({"access_token":)" + value + "}"},
                      {});
  };
  EXPECT_EQ(std::get<Values>(token('"' + std::string(8192, 't') + '"')).at("access_token").size(),
            8192U);
  for (const std::string& bad :
       {std::string("7"), std::string("null"), std::string(R"("")"), std::string(R"("a b")"),
        std::string(R"("a\r\nX: y")"), '"' + std::string(8193, 't') + '"'}) {
    EXPECT_THROW(token(bad), Error) << bad.substr(0, 20);
  }
}

TEST(OAuthReply, WhatIsShownIsPlainText) {
  const auto nickname = [](const std::string& json) {
    return found(lettered(), R"({"openId":"o","nick":")" + json + "\"}", "name");
  };
  EXPECT_EQ(nickname("a\x01\n\x7f"
                     "b"),
            "ab");
  EXPECT_EQ(nickname(R"(a\u0000\u0001\n\u007fb)"), "a\uFFFDb");
  EXPECT_EQ(nickname("a\xf0\x9f"), "a\uFFFD\uFFFD");
  EXPECT_EQ(nickname(R"(\ud83d\ude00\ud83d)"), "\U0001F600\uFFFD");
  EXPECT_EQ(nickname(std::string(1, '\0') + "a"), "a");
}

TEST(OAuthReply, WhatIsShownIsLeftOutWhereItIsOfNoUse) {
  for (const char* value : {"[]", "{}", "true", "null", R"("")", R"("\n")"}) {
    EXPECT_EQ(found(lettered(), R"({"openId":"o","nick":)" + std::string(value) + "}", "name"), "");
  }
  EXPECT_EQ(found(lettered(), R"({"openId":"o","nick":7})", "name"), "7");
  for (const char* url :
       {"javascript:alert(1)", "//a/b", "data:x", "https://a/<b>", "https://a/ b"}) {
    const std::string body = R"({"openId":"o","avatarUrl":")" + std::string(url) + "\"}";
    EXPECT_EQ(found(lettered(), body, "picture"), "") << url;
  }
}

TEST(OAuthReply, IsAnObjectOfAnySizeAndDepth) {
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("[]"), std::string("\"x\""),
        std::string("{"), std::string("{}{}"), std::string(R"({"openId":"a","openId":"b"})"),
        std::string(1024 * 1024, ' '), std::string(1024 * 1024, '['), std::string(1024, '\xff')}) {
    EXPECT_EQ(fault(lettered(), body), "DingTalk's reply to users/me is not a JSON object");
  }
  const std::string filler(1024 * 1024 - 100, 'x');
  EXPECT_EQ(found(lettered(), R"({"openId":"o","more":")" + filler + "\"}", "id"), "o");
  EXPECT_EQ(found(lettered(), R"({"openId":"o","nick":")" + filler + "\"}", "name"), filler);
}

TEST(OAuthReply, AnErrorCodeIsANumberOrAText) {
  EXPECT_EQ(refusal(R"({"code":"x","message":"m"})").code, decltype(Refusal::code)("x"));
  EXPECT_EQ(refusal(R"({"code":7})").code, decltype(Refusal::code)(std::int64_t{7}));
  EXPECT_EQ(refusal(R"({"code":"007"})").code, decltype(Refusal::code)(std::int64_t{7}));
  EXPECT_EQ(refusal(R"({"code":"x"})").call, "users/me");
  for (const char* none : {"0", "\"0\"", "null", "\"\"", "\"00\"", "0.0", "-0"}) {
    const std::string body = R"({"openId":"o","code":)" + std::string(none) + "}";
    EXPECT_EQ(found(lettered(), body, "id"), "o") << none << " is no error";
  }
  for (const std::string& bad :
       {std::string("true"), std::string("[]"), std::string("{}"), std::string("1.5"),
        std::string(R"("a b")"), std::string(R"("é")"), '"' + std::string(65, 'x') + '"'}) {
    EXPECT_EQ(fault(lettered(), R"({"openId":"o","code":)" + bad + "}"),
              "DingTalk's reply to users/me has an unusable error code");
  }
  EXPECT_EQ(refusal(R"({"code":99999999999999999999})").code,
            decltype(Refusal::code)("99999999999999999999"));
}

TEST(OAuthReply, AMessageIsPlainAndShort) {
  EXPECT_EQ(refusal(R"({"code":"x","message":"a\n\u0001b"})").msg, "ab");
  for (const char* none : {"7", "null", "[]", "{}"}) {
    EXPECT_EQ(refusal(R"({"code":"x","message":)" + std::string(none) + "}").msg, "");
  }
  std::string message;
  for (int i = 0; i < 600; ++i) message += "字";
  EXPECT_EQ(refusal(R"({"code":"x","message":")" + message + "\"}").msg, message.substr(0, 1500));
}

TEST(OAuthReply, AStatusThatSaysLaterIsNoRefusal) {
  for (const long status : {429L, 500L, 503L}) {
    EXPECT_EQ(fault(lettered(), R"({"code":"x"})", status),
              "DingTalk's reply to users/me has status " + std::to_string(status));
  }
  EXPECT_EQ(refusal(R"({"code":"x"})", 403).code, decltype(Refusal::code)("x"));
  EXPECT_EQ(fault(lettered(), R"({"openId":"o"})", 302),
            "DingTalk's reply to users/me has status 302");
  EXPECT_EQ(fault(lettered(), R"({"openId":"o"})", 0), "DingTalk's reply to users/me has status 0");
}

TEST(OAuthGrant, SurvivesBeingKeptAsText) {
  const Description weibo = shipped("weibo");
  const Values values = {{"access_token", "AT"}, {"id", "5"}};
  Values more = values;
  more["client_secret"] = "secret";
  const Grant grant = to_grant(weibo, more);
  EXPECT_EQ(grant.text, R"({"provider":"weibo","values":{"access_token":"AT","id":"5"}})");
  EXPECT_EQ(values_in(weibo, grant), values);
}

TEST(OAuthGrant, IsTheProvidersOwn) {
  const Description weibo = shipped("weibo");
  for (const char* other :
       {"", "{}", "[]", R"({"provider":"weibo"})", R"({"provider":"weibo","values":[]})",
        R"({"provider":"weibo","values":{"access_token":"AT"}})",
        R"({"provider":"weibo","values":{"access_token":"AT","id":"05"}})",
        R"({"provider":"weibo","values":{"access_token":"AT","id":5}})",
        R"({"provider":"weibo","values":{"access_token":"A T","id":"5"}})",
        R"({"provider":"weibo","values":{"access_token":"","id":"5"}})",
        R"({"provider":"weibo","values":{"access_token":"AT","id":"5","x":"y"}})",
        R"({"provider":"github","values":{"access_token":"AT","id":"5"}})",
        R"({"access_token":"AT","openid":"o","unionid":""})"}) {
    EXPECT_EQ(values_in(weibo, {other}), std::nullopt) << other;
  }
}

TEST(OAuthTypes, TheStrongerIdHasThePlainName) {
  EXPECT_EQ(identity_type(numbered()), "github");
  EXPECT_EQ(union_type(numbered()), "");
  EXPECT_EQ(identity_type(lettered()), "dingtalk_openid");
  EXPECT_EQ(union_type(lettered()), "dingtalk");
}

}  // namespace
}  // namespace scanlogin::oauth
