// What WeCom answers, as PROVIDERS documents it; where sources disagree, both ways.
#include "domain/providers/wecom_replies.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace scanlogin::wecom {
namespace {

std::string member(const std::string& body) { return std::get<std::string>(parse_member(body)); }
Refusal refused(const std::string& body) { return std::get<Refusal>(parse_member(body)); }
Profile profile(const std::string& body) {
  return std::get<Profile>(parse_profile(body, "ZhangSan"));
}
std::int64_t errcode_in(const Refusal& refusal) { return std::get<std::int64_t>(refusal.code); }
std::string with_errcode(const std::string& errcode) {
  return R"({"errcode":)" + errcode + R"(,"errmsg":"said, hint: [1]"})";
}

template <class Parse>
std::string error_of(const Parse& parse) {
  try {
    parse();
    return "none";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::upstream);
    return error.what();
  }
}
std::string member_error(const std::string& body) {
  return error_of([&] { parse_member(body); });
}

TEST(WeComMember, IsNamedByEitherSpelling) {
  EXPECT_EQ(member(R"({"errcode":0,"errmsg":"ok","userid":"ZhangSan","user_ticket":"T"})"),
            "ZhangSan");
  EXPECT_EQ(member(R"({"errcode":0,"errmsg":"ok","UserId":"ZhangSan","DeviceId":"D"})"),
            "ZhangSan");
  EXPECT_EQ(member(R"({"userid":"a","UserId":"a","openid":"o"})"), "a");
  EXPECT_EQ(member(R"({"userid":"","UserId":"z_-.@1"})"), "z_-.@1");
  EXPECT_EQ(member(R"({"userid":")" + std::string(64, 'a') + "\"}"), std::string(64, 'a'));
}

TEST(WeComMember, IsNobodyFromOutside) {
  for (const char* body :
       {R"({"errcode":0,"openid":"o","external_userid":"wm"})", R"({"errcode":0,"OpenId":"o"})",
        R"({"external_userid":"wm"})", R"({"userid":"","openid":"o"})"}) {
    const Refusal refusal = refused(body);
    EXPECT_EQ(std::get<std::string>(refusal.code), "not-a-member") << body;
    EXPECT_EQ(refusal.reason, "not a member of the company");
    EXPECT_FALSE(refusal.operators_mistake);
    EXPECT_FALSE(refusal.passes);
    EXPECT_NE(refusal.msg, "");
  }
}

TEST(WeComMember, HasAnIdThatFitsItsColumn) {
  for (const char* id : {R"("a b")", R"("张三")", R"("a\u0000")", "5", "null", R"(["a"])"}) {
    EXPECT_EQ(member_error(R"({"userid":)" + std::string(id) + "}"),
              "WeCom's reply has an unusable userid")
        << id;
  }
  EXPECT_EQ(member_error(R"({"userid":")" + std::string(65, 'a') + "\"}"),
            "WeCom's reply has an unusable userid");
  EXPECT_EQ(member_error(R"({"userid":"a","UserId":"b"})"), "WeCom's reply names another userid");
}

TEST(WeComReply, ThatIsNoneOfWeComsBreaksTheProtocol) {
  for (const char* body : {"", "[]", "<html>", "{", R"({"userid":"a","userid":"b"})"}) {
    EXPECT_EQ(member_error(body), "WeCom's reply is not a JSON object") << body;
  }
  EXPECT_EQ(member_error("{}"), "WeCom's reply lacks userid");
  EXPECT_EQ(member_error(R"({"errcode":"40029"})"),
            "WeCom's reply has an errcode that is no whole number");
}

TEST(WeComReply, RefusesByErrcode) {
  const Refusal refusal = refused(with_errcode("40029"));
  EXPECT_EQ(errcode_in(refusal), 40029);
  EXPECT_EQ(refusal.msg, "said, hint: [1]");
  EXPECT_EQ(refusal.call, "getuserinfo");
  EXPECT_FALSE(refusal.operators_mistake);
  EXPECT_FALSE(refusal.passes);
  for (const char* mine :
       {"40001", "40013", "40056", "50003", "50001", "60020", "48002", "301002"}) {
    EXPECT_TRUE(refused(with_errcode(mine)).operators_mistake) << mine;
    EXPECT_FALSE(refused(with_errcode(mine)).passes) << mine;
  }
  for (const char* busy : {"-1", "45009", "45033"}) {
    EXPECT_TRUE(refused(with_errcode(busy)).passes) << busy;
    EXPECT_FALSE(refused(with_errcode(busy)).operators_mistake) << busy;
  }
  for (const char* dead : {"40014", "42001"}) {
    EXPECT_TRUE(is_dead_token(refused(with_errcode(dead)))) << dead;
  }
  for (const char* unseen : {"50002", "60011", "60111"}) {
    EXPECT_TRUE(is_unseen_person(refused(with_errcode(unseen)))) << unseen;
    EXPECT_FALSE(is_dead_token(refused(with_errcode(unseen)))) << unseen;
  }
  EXPECT_FALSE(is_unseen_person(refused(R"({"openid":"o"})")));
  EXPECT_FALSE(is_dead_token(refused(R"({"openid":"o"})")));
}

TEST(WeComReply, IsToldInPlainText) {
  EXPECT_EQ(refused(R"({"errcode":1,"errmsg":"a\nb\u0000"})").msg, "ab\xEF\xBF\xBD");
  EXPECT_EQ(refused(R"({"errcode":1,"errmsg":")" + std::string(600, 'x') + "\"}").msg.size(), 500U);
  EXPECT_EQ(refused(R"({"errcode":1,"errmsg":{}})").msg, "");
  EXPECT_EQ(refused(R"({"errcode":1})").msg, "");
}

TEST(WeComAppToken, HasALife) {
  const auto token = std::get<AppToken::Fetched>(
      parse_app_token(R"({"errcode":0,"errmsg":"ok","access_token":"AT","expires_in":7200})"));
  EXPECT_EQ(token.token, "AT");
  EXPECT_EQ(token.life, std::chrono::hours(2));
  const auto error = [](const std::string& body) {
    return error_of([&] { parse_app_token(body); });
  };
  EXPECT_EQ(error(R"({"errcode":0,"expires_in":7200})"), "WeCom's reply lacks access_token");
  EXPECT_EQ(error(R"({"access_token":"a\n","expires_in":7200})"),
            "WeCom's reply has an unusable access_token");
  for (const char* life : {"0", "-1", "2592001", "1.5", "\"7200\"", "1e999", "null"}) {
    EXPECT_EQ(error(R"({"access_token":"AT","expires_in":)" + std::string(life) + "}"),
              "WeCom's reply has an unusable expires_in")
        << life;
  }
}

TEST(WeComAppToken, ThatIsRefusedIsTheOperatorsToMendWhateverTheErrcode) {
  for (const char* errcode : {"40001", "40013", "41001", "99999"}) {
    const auto refusal = std::get<Refusal>(parse_app_token(with_errcode(errcode)));
    EXPECT_TRUE(refusal.operators_mistake) << errcode;
    EXPECT_EQ(refusal.call, "gettoken");
  }
  const auto busy = std::get<Refusal>(parse_app_token(with_errcode("-1")));
  EXPECT_TRUE(busy.passes);
  EXPECT_FALSE(busy.operators_mistake);
}

TEST(WeComProfile, IsWhatIsThere) {
  const Profile all = profile(
      R"({"errcode":0,"userid":"zhangsan","name":"张\n三","gender":"1","avatar":"https://a/p"})");
  EXPECT_EQ(all.nickname, "张三");
  EXPECT_EQ(all.avatar_url, "https://a/p");
  EXPECT_EQ(all.gender, "男");
  const Profile none = profile(R"({"errcode":0})");
  EXPECT_EQ(none.nickname + none.avatar_url + none.gender, "");
  const Profile odd = profile(R"({"name":5,"gender":"x","avatar":"javascript:x"})");
  EXPECT_EQ(odd.nickname + odd.avatar_url + odd.gender, "");
  EXPECT_EQ(profile(R"({"gender":2})").gender, "女");
  EXPECT_EQ(profile(R"({"gender":"0"})").gender, "");
}

TEST(WeComProfile, IsAboutThePersonWhateverTheCase) {
  EXPECT_EQ(profile(R"({"userid":"ZHANGSAN","name":"x"})").nickname, "x");
  EXPECT_EQ(error_of([] { parse_profile(R"({"userid":"LiSi"})", "ZhangSan"); }),
            "WeCom's reply names another userid");
}

}  // namespace
}  // namespace scanlogin::wecom
