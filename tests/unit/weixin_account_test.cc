// WeChat's logins by a page, asked over a socket: an official account's, and the website's beside
// it.
#include "domain/providers/weixin_account.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/providers/weixin_website.h"
#include "unit/weixin_played.h"

namespace scanlogin::weixin {
namespace {

using Strings = std::vector<std::string>;

constexpr const char* kToken = "/sns/oauth2/access_token";
constexpr const char* kUserinfo = "/sns/userinfo";
constexpr const char* kGrant =
    R"({"access_token":"AT","expires_in":7200,"openid":"o","unionid":"u",)"
    R"("scope":"snsapi_userinfo"})";

const Redirection kRedirection = {
    .state = "S", .redirect_uri = "https://a/cb/?x=1", .code_verifier = "V", .nonce = "N"};

struct Account : Played<OfficialAccount> {
  Account() : Played("MP", read_account_settings) {}
};

TEST(OfficialAccount, TellsWhatItIs) {
  Account mp;
  EXPECT_EQ(mp->facts().name, "mp");
  EXPECT_EQ(mp->facts().settings, "MP_APPID and MP_SECRET");
  EXPECT_EQ(mp->facts().identity_type, "mp_openid");
  EXPECT_EQ(mp->facts().union_type, Website::kFacts.union_type);
  EXPECT_EQ(mp->facts().longest_code, Website::kFacts.longest_code);
  EXPECT_FALSE(mp->facts().exact_redirect_uri);
  EXPECT_EQ(mp->time_limit(), std::chrono::seconds(10));
  EXPECT_EQ(mp->code_parameters(), Strings{"code"});
}

TEST(OfficialAccount, SendsAPersonToWeChatsPageWithTheParametersInItsOrder) {
  Account mp;
  const std::string url =
      "https://open.example/connect/oauth2/authorize?appid=the-app"
      "&redirect_uri=https%3A%2F%2Fa%2Fcb%2F%3Fx%3D1&response_type=code"
      "&scope=snsapi_userinfo&state=S#wechat_redirect";
  EXPECT_EQ(mp->authorize_url(kRedirection), url);
  EXPECT_EQ(mp->beginning(kRedirection).text(),
            Json::object().with("uuid", "S").with("url", url).text());
}

TEST(OfficialAccount, LogsSomebodyInByTwoCalls) {
  Account mp;
  mp.answer(kToken, kGrant);
  mp.answer(kUserinfo, R"({"openid":"o","unionid":"u","nickname":"张三","sex":2})");
  const Grant grant = std::get<Grant>(mp->exchange("C+1", kRedirection));
  EXPECT_TRUE(mp->is_grant(grant));
  Account elsewhere;
  EXPECT_TRUE(elsewhere->is_grant(Grant{grant.text})) << "kept, and read in another process";
  const Person person = std::get<Person>(mp->person(grant));
  EXPECT_EQ(identities_in(person), (Strings{"weixin u", "mp_openid o"}));
  EXPECT_EQ(person.nickname, "张三");
  EXPECT_EQ(person.gender, "女");
  EXPECT_EQ(mp.asked(), (Strings{"/sns/oauth2/access_token?appid=the-app&secret=the%26secret"
                                 "&code=C%2B1&grant_type=authorization_code",
                                 "/sns/userinfo?access_token=AT&openid=o&lang=zh_CN"}));
}

constexpr const char* kSilent = R"({"access_token":"AT","openid":"o","scope":"snsapi_base"})";

TEST(OfficialAccount, AsksNobodyWhoIsKnown) {
  Account mp;
  EXPECT_TRUE(mp->facts().asks_strangers_only);
  Redirection silent = kRedirection;
  silent.silent = true;
  EXPECT_NE(mp->authorize_url(silent).find("&scope=snsapi_base&"), std::string::npos);
  mp.answer(kToken, kSilent);
  const Grant grant = std::get<Grant>(mp->exchange("C", silent));
  Account elsewhere;
  const Person person = std::get<Person>(elsewhere->person(grant));
  EXPECT_EQ(identities_in(person), Strings{"mp_openid o"});
  EXPECT_TRUE(person.consent_needed);
  EXPECT_FALSE(person.told_profile);
  EXPECT_EQ(elsewhere.asked(), Strings{}) << "the ids are known already";
}

TEST(OfficialAccount, TakesTheScopeThatTheReplyNamesElseTheOneItAskedFor) {
  Account mp;
  Redirection silent = kRedirection;
  silent.silent = true;
  const auto consent_needed = [&](const char* reply, const Redirection& redirection) {
    mp.answer(kToken, reply);
    mp.answer(kUserinfo, R"({"openid":"o"})");
    return std::get<Person>(mp->person(std::get<Grant>(mp->exchange("C", redirection))))
        .consent_needed;
  };
  constexpr const char* kUnnamed = R"({"access_token":"AT","openid":"o"})";
  EXPECT_TRUE(consent_needed(kUnnamed, silent));
  EXPECT_FALSE(consent_needed(kUnnamed, kRedirection));
  EXPECT_FALSE(consent_needed(kGrant, silent));
  EXPECT_TRUE(consent_needed(kSilent, kRedirection));
}

TEST(OfficialAccount, KnowsAPersonWithoutAUnionidByTheOpenid) {
  Account mp;
  mp.answer(kToken, R"({"access_token":"AT","openid":"o"})");
  mp.answer(kUserinfo, R"({"openid":"o","nickname":"x"})");
  const Grant grant = std::get<Grant>(mp->exchange("C", kRedirection));
  EXPECT_EQ(identities_in(std::get<Person>(mp->person(grant))), Strings{"mp_openid o"});
}

TEST(OfficialAccount, TheSamePersonAtTheWebsiteHasTheWebsitesOpenid) {
  Played<Website> wx("WX", read_settings);
  wx.answer(kToken, kGrant);
  wx.answer(kUserinfo, R"({"openid":"o","unionid":"u"})");
  const Grant grant = std::get<Grant>(wx->exchange("C", kRedirection));
  EXPECT_EQ(identities_in(std::get<Person>(wx->person(grant))),
            (Strings{"weixin u", "wx_openid o"}));
  EXPECT_EQ(wx->authorize_url(kRedirection),
            "https://open.example/connect/qrconnect?appid=the-app"
            "&redirect_uri=https%3A%2F%2Fa%2Fcb%2F%3Fx%3D1&response_type=code"
            "&scope=snsapi_login&state=S#wechat_redirect");
}

TEST(OfficialAccount, RefusesASnapshotVisitorAndSaysWhichButtonHelps) {
  Account mp;
  mp.answer(kToken, R"({"access_token":"AT","openid":"o","unionid":"u","is_snapshotuser":1})");
  const auto refusal = std::get<Refusal>(mp->exchange("C", kRedirection));
  EXPECT_EQ(std::get<std::string>(refusal.code), "snapshot-user");
  EXPECT_NE(refusal.msg.find("使用完整服务"), std::string::npos) << refusal.msg;
  EXPECT_EQ(refusal.reason, "virtual visitor");
  EXPECT_FALSE(refusal.operators_mistake);
}

TEST(OfficialAccount, PassesARefusalOn) {
  Account mp;
  mp.answer(kToken, R"({"errcode":40163,"errmsg":"code been used"})");
  const auto used = mp->exchange("C", kRedirection);
  EXPECT_EQ(errcode_in(used), 40163);
  EXPECT_EQ(std::get<Refusal>(used).msg, "code been used");
  mp.answer(kToken, R"({"errcode":40125,"errmsg":"invalid appsecret"})");
  EXPECT_TRUE(std::get<Refusal>(mp->exchange("C", kRedirection)).operators_mistake);
  mp.answer(kUserinfo, R"({"errcode":-1,"errmsg":"system error"})");
  const auto busy = mp->person(Grant{kGrant});
  EXPECT_EQ(errcode_in(busy), -1);
  EXPECT_TRUE(std::get<Refusal>(busy).passes);
}

TEST(OfficialAccount, WhatBreaksTheProtocolIsWeChatsFault) {
  Account mp;
  const auto exchange = [&] { mp->exchange("C", kRedirection); };
  mp.answer(kToken, kGrant, 500);
  expect_upstream_error(exchange, "status 500");
  mp.answer(kToken, "<html>");
  expect_upstream_error(exchange, "is not a JSON object");
  mp.answer(kToken, R"({"access_token":"AT"})");
  expect_upstream_error(exchange, "lacks openid");
  mp.answer(kUserinfo, R"({"openid":"another"})");
  expect_upstream_error([&] { mp->person(Grant{kGrant}); }, "names another openid");
}

TEST(OfficialAccount, TakesNothingElseForAGrant) {
  Account mp;
  for (const char* text : {"", "{}", "AT", R"({"openid":"o","unionid":"u"})",
                           R"({"access_token":"AT","openid":"o","is_snapshotuser":1})"}) {
    EXPECT_FALSE(mp->is_grant(Grant{text})) << text;
  }
}

}  // namespace
}  // namespace scanlogin::weixin
