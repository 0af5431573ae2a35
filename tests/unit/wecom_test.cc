// WeCom, asked over a socket, with its app token in a Redis of the test's own.
#include "domain/providers/wecom.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "unit/http_stand_in.h"
#include "unit/redis_server.h"

namespace scanlogin::wecom {
namespace {

using Strings = std::vector<std::string>;

constexpr const char* kToken = "/cgi-bin/gettoken";
constexpr const char* kMember = "/cgi-bin/auth/getuserinfo";
constexpr const char* kProfile = "/cgi-bin/user/get";
constexpr const char* kAskedToken = "/cgi-bin/gettoken?corpid=ww1&corpsecret=the%26secret";

// A callback's URL with what has to be encoded in it.
const Redirection kRedirection = {
    .state = "S", .redirect_uri = "https://a/cb/?x=1", .code_verifier = "V", .nonce = "N"};

std::string errcode(int number) {
  return R"({"errcode":)" + std::to_string(number) + R"(,"errmsg":"said"})";
}

class WeComTest : public testing::Test {
 protected:
  // What a path is answered with, the last of it for ever.
  void answer(const std::string& path, Strings bodies, int status = 200) {
    const std::lock_guard lock(mutex_);
    answers_[path] = {status, std::move(bodies)};
  }
  // Paths and queries since the last time, in the order in which they were asked.
  Strings asked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }
  std::size_t asked_for(const std::string& path) {
    const Strings all = asked();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const std::string& one) { return one.starts_with(path); }));
  }

  HttpStandIn::Reply reply(const HttpStandIn::Request& request) {
    const std::lock_guard lock(mutex_);
    EXPECT_EQ(request.method, "GET");
    asked_.push_back(request.target);
    auto& [status, bodies] = answers_[request.target.substr(0, request.target.find('?'))];
    std::string body = bodies.at(0);
    if (bodies.size() > 1) bodies.erase(bodies.begin());
    return {.status = status, .body = std::move(body)};
  }

  Settings settings(const std::string& secret = "the&secret") const {
    Settings all;
    all.corpid = "ww1";
    all.agent_id = "1000002";
    all.secret = secret;
    all.api_base = server_.url();
    all.login_base = "https://login.example";
    all.open_base = "https://open.example";
    all.timeout = std::chrono::seconds(60);
    return all;
  }
  void SetUp() override {
    answer(kToken, {R"({"errcode":0,"access_token":"AT+1","expires_in":7200})",
                    R"({"errcode":0,"access_token":"AT+2","expires_in":7200})"});
    answer(kMember, {R"({"errcode":0,"userid":"ZhangSan"})"});
    answer(kProfile, {R"({"errcode":0,"userid":"ZhangSan","name":"张三"})"});
  }

  Grant grant() { return std::get<Grant>(wecom_.exchange("C+1", kRedirection)); }
  Person person(const std::string& userid = "ZhangSan") {
    return std::get<Person>(wecom_.person({R"({"corpid":"ww1","userid":")" + userid + "\"}"}));
  }
  Refusal refusal() { return std::get<Refusal>(wecom_.exchange("C", kRedirection)); }
  template <class Do>
  static std::string error_of(const Do& action) {
    try {
      action();
      return "none";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::upstream);
      return error.what();
    }
  }
  std::string exchange_error() {
    return error_of([this] { wecom_.exchange("C", kRedirection); });
  }

  std::mutex mutex_;
  std::map<std::string, std::pair<int, Strings>> answers_;
  Strings asked_;
  HttpStandIn server_{[this](const HttpStandIn::Request& request) { return reply(request); }};
  redis::Server redis_server_;
  redis::Client redis_{redis_server_.config(), 4, Log("test", LogLevel::error)};
  WeCom wecom_{settings(), 2, redis_};
};

TEST_F(WeComTest, TellsWhatItIs) {
  EXPECT_EQ(wecom_.facts().name, "wecom");
  EXPECT_EQ(wecom_.facts().label, "WeCom");
  EXPECT_EQ(wecom_.facts().settings, "WECOM_CORPID, WECOM_AGENT_ID and WECOM_SECRET");
  EXPECT_EQ(wecom_.facts().identity_type, "wecom");
  EXPECT_EQ(wecom_.facts().union_type, "");
  EXPECT_FALSE(wecom_.facts().exact_redirect_uri);
  EXPECT_EQ(wecom_.time_limit(), std::chrono::minutes(6));
}

TEST_F(WeComTest, SendsABrowserToTheQrCodeAndItsOwnToThePageInside) {
  const std::string url =
      "https://login.example/wwlogin/sso/login?login_type=CorpApp&appid=ww1&agentid=1000002"
      "&redirect_uri=https%3A%2F%2Fa%2Fcb%2F%3Fx%3D1&state=S";
  EXPECT_EQ(wecom_.authorize_url(kRedirection), url);
  EXPECT_EQ(wecom_.beginning(kRedirection).text(),
            Json::object().with("uuid", "S").with("url", url).text());
  Redirection inside = kRedirection;
  inside.in_wecom = true;
  EXPECT_EQ(wecom_.authorize_url(inside),
            "https://open.example/connect/oauth2/authorize?appid=ww1"
            "&redirect_uri=https%3A%2F%2Fa%2Fcb%2F%3Fx%3D1&response_type=code&scope=snsapi_base"
            "&state=S&agentid=1000002#wechat_redirect");
  EXPECT_EQ(asked(), Strings{});
}

TEST_F(WeComTest, LogsSomebodyInByTwoCallsWithTheAppsToken) {
  const Grant granted = grant();
  EXPECT_TRUE(wecom_.is_grant(granted));
  EXPECT_EQ(granted.text.find("AT"), std::string::npos) << "the token is the app's, and kept there";
  EXPECT_EQ(person().nickname, "张三");
  EXPECT_EQ(asked(),
            (Strings{kAskedToken, "/cgi-bin/auth/getuserinfo?code=C%2B1&access_token=AT%2B1",
                     "/cgi-bin/user/get?userid=ZhangSan&access_token=AT%2B1"}));
  WeCom elsewhere(settings(), 2, redis_);
  EXPECT_TRUE(elsewhere.is_grant(Grant{granted.text})) << "kept, and read in another process";
  elsewhere.person(granted);
  EXPECT_EQ(asked(), Strings{"/cgi-bin/user/get?userid=ZhangSan&access_token=AT%2B1"});
}

TEST_F(WeComTest, APersonIsTheSameHoweverTheUseridIsSpelt) {
  for (const char* userid : {"ZhangSan", "zhangsan", "ZHANGSAN"}) {
    const Person same = person(userid);
    ASSERT_EQ(same.identities.size(), 1U);
    EXPECT_EQ(same.identities[0].type, "wecom");
    EXPECT_EQ(same.identities[0].id, "ww1:zhangsan");
  }
}

TEST_F(WeComTest, WhomTheAppMayNotSeeOrWhoIsGoneIsKnownByTheUserid) {
  for (const int unseen : {50002, 60011, 60111}) {
    answer(kProfile, {errcode(unseen)});
    EXPECT_EQ(person().identities[0].id, "ww1:zhangsan") << unseen;
    EXPECT_EQ(person().nickname, "") << unseen;
    EXPECT_FALSE(person().told_profile) << "what is there of before stays";
  }
  answer(kProfile, {errcode(48002)});
  const auto refused = wecom_.person(grant());
  EXPECT_TRUE(std::get<Refusal>(refused).operators_mistake);
}

TEST_F(WeComTest, ADeadTokenIsReplacedOnceAndTheCallRepeatedOnce) {
  for (const int dead : {40014, 42001}) {
    answer(kMember, {errcode(dead), R"({"errcode":0,"userid":"ZhangSan"})"});
    grant();
    EXPECT_EQ(asked_for(kMember), 2U) << dead;
  }
  answer(kMember, {errcode(40014)});
  EXPECT_EQ(exchange_error(), "errcode 40014: said");
  const Strings all = asked();
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const std::string& one) { return one.starts_with(kMember); }),
            2);
  EXPECT_EQ(std::count(all.begin(), all.end(), kAskedToken), 1);
}

TEST_F(WeComTest, ADeadTokenIsReplacedForThePersonAsWell) {
  const Grant granted = grant();
  asked();
  answer(kProfile, {errcode(42001), R"({"errcode":0,"name":"x"})"});
  EXPECT_EQ(std::get<Person>(wecom_.person(granted)).nickname, "x");
  EXPECT_EQ(asked(), (Strings{"/cgi-bin/user/get?userid=ZhangSan&access_token=AT%2B1", kAskedToken,
                              "/cgi-bin/user/get?userid=ZhangSan&access_token=AT%2B2"}));
}

TEST_F(WeComTest, AWrongSecretIsSentOnceAMinuteAndIsNobodyElses) {
  answer(kToken, {errcode(40001)});
  EXPECT_TRUE(refusal().operators_mistake);
  EXPECT_EQ(refusal().call, "app token, not asked for again yet");
  EXPECT_EQ(std::get<std::int64_t>(refusal().code), 40001);
  EXPECT_TRUE(std::holds_alternative<Refusal>(wecom_.person({R"({"corpid":"ww1","userid":"a"})"})));
  EXPECT_EQ(asked(), Strings{kAskedToken});
  answer(kToken, {R"({"access_token":"AT","expires_in":7200})"});
  WeCom mended(settings("another"), 2, redis_);
  EXPECT_TRUE(std::holds_alternative<Grant>(mended.exchange("C", kRedirection)));
}

TEST_F(WeComTest, WhatPassesIsNoRefusalOfTheCode) {
  for (const int busy : {-1, 45009, 45033}) {
    answer(kMember, {errcode(busy)});
    EXPECT_EQ(exchange_error(), "errcode " + std::to_string(busy) + ": said");
    answer(kProfile, {errcode(busy)});
    EXPECT_EQ(error_of([this] { person(); }), "errcode " + std::to_string(busy) + ": said");
  }
  redis_.command({"FLUSHALL"});
  answer(kToken, {errcode(-1)});
  EXPECT_EQ(exchange_error(), "errcode -1: said");
  EXPECT_EQ(asked_for(kMember), 3U) << "without a token no code is sent";
}

TEST_F(WeComTest, PassesARefusalOnWithoutWhatIsSecretInIt) {
  answer(kMember, {errcode(40029)});
  EXPECT_EQ(std::get<std::int64_t>(refusal().code), 40029);
  EXPECT_EQ(refusal().msg, "said");
  answer(kMember, {R"({"errcode":40029,"errmsg":"with AT+1"})"});
  EXPECT_EQ(refusal().msg, "");
  redis_.command({"FLUSHALL"});
  answer(kToken, {R"({"errcode":40001,"errmsg":"not the&secret"})"});
  EXPECT_EQ(refusal().msg, "");
}

TEST_F(WeComTest, WhatBreaksTheProtocolIsWeComsFault) {
  answer(kMember, {R"({"userid":"a"})"}, 500);
  EXPECT_EQ(exchange_error(), "WeCom's reply has status 500");
  answer(kMember, {"<html>"});
  EXPECT_EQ(exchange_error(), "WeCom's reply is not a JSON object");
  answer(kProfile, {R"({"userid":"another"})"});
  EXPECT_EQ(error_of([this] { person(); }), "WeCom's reply names another userid");
}

TEST_F(WeComTest, TakesNothingElseForAGrant) {
  for (const char* text : {"", "{}", "a", R"({"corpid":"ww1"})", R"({"corpid":"ww2","userid":"a"})",
                           R"({"corpid":"ww1","userid":""})", R"({"corpid":"ww1","userid":"a b"})",
                           R"({"access_token":"AT","openid":"o","unionid":"u"})"}) {
    EXPECT_FALSE(wecom_.is_grant(Grant{text})) << text;
  }
}

TEST_F(WeComTest, WithoutRedisNobodyIsAsked) {
  redis_server_.end();
  try {
    wecom_.exchange("C", kRedirection);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::cache);
  }
  EXPECT_EQ(asked(), Strings{});
}

}  // namespace
}  // namespace scanlogin::wecom
