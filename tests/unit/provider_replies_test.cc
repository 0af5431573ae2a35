// What the shipped providers answer, as PROVIDERS documents it; where sources disagree, both ways.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "domain/providers/oauth_replies.h"
#include "unit/shipped_provider.h"

namespace scanlogin::oauth {
namespace {

using Code = std::variant<std::int64_t, std::string>;
using Strings = std::vector<std::string>;

// A shipped provider, and what a login there has found so far.
class Asked {
 public:
  explicit Asked(const std::string& name) : description_(shipped(name)) {}

  // The reply of the next call.
  Asked& reply(const std::string& body, long status = 200) {
    const Call& call = calls_ == 0 ? description_.token : description_.person.at(calls_ - 1);
    ++calls_;
    auto read = read_reply(description_, call, {status, body}, values_);
    if (auto* refusal = std::get_if<Refusal>(&read)) {
      refusal_ = *refusal;
    } else {
      values_ = std::get<Values>(read);
    }
    return *this;
  }

  Person person() const {
    EXPECT_FALSE(refusal_) << refusal_->msg;
    EXPECT_EQ(calls_, description_.person.size() + 1) << "not all calls were answered";
    return person_of(description_, values_);
  }
  const Refusal& refusal() const {
    EXPECT_TRUE(refusal_);
    return *refusal_;
  }
  const Values& values() const { return values_; }

 private:
  const Description description_;
  std::size_t calls_ = 0;
  Values values_ = {{"client_id", "101"}};
  std::optional<Refusal> refusal_;
};

Strings identities_of(const Person& person) {
  Strings all;
  for (const auto& [type, id] : person.identities) {
    all.emplace_back(type).append(" ").append(id);
  }
  return all;
}

enum Kind { persons, operators, passing };

void expect_refusal(const Refusal& refusal, const Code& code, const std::string& msg, Kind kind) {
  EXPECT_EQ(refusal.code, code);
  EXPECT_EQ(refusal.msg, msg);
  EXPECT_EQ(refusal.operators_mistake, kind == operators) << msg;
  EXPECT_EQ(refusal.passes, kind == passing) << msg;
}

template <class Do>
void expect_broken(const Do& action, const std::string& why) {
  try {
    action();
    ADD_FAILURE() << "accepted what should be refused: " << why;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::upstream);
    EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
  }
}

constexpr const char* kToken =
    R"({"access_token":"AT","token_type":"bearer","scope":"read:user","expires_in":86400})";

// ---- GitHub

TEST(GitHub, SaysWhoSomebodyIs) {
  const Person person =
      Asked("github")
          .reply(kToken)
          .reply(R"({"login":"octocat","id":583231,"name":"The Octocat","email":null,)"
                 R"("avatar_url":"https://avatars.githubusercontent.com/u/583231?v=4"})")
          .person();
  EXPECT_EQ(identities_of(person), Strings{"github 583231"});
  EXPECT_EQ(person.nickname, "The Octocat");
  EXPECT_EQ(person.avatar_url, "https://avatars.githubusercontent.com/u/583231?v=4");
  EXPECT_EQ(person.gender, "");
}

TEST(GitHub, NamesSomebodyWithoutANameByTheLogin) {
  for (const char* name : {R"("name":null,)", R"("name":"",)", "", R"("name":"\u0001",)"}) {
    const std::string body = "{" + std::string(name) + R"("login":"octocat","id":1})";
    EXPECT_EQ(Asked("github").reply(kToken).reply(body).person().nickname, "octocat") << name;
  }
}

TEST(GitHub, RefusesWithStatus200) {
  expect_refusal(Asked("github")
                     .reply(R"({"error":"bad_verification_code","error_description":)"
                            R"("The code passed is incorrect or expired."})")
                     .refusal(),
                 "bad_verification_code", "The code passed is incorrect or expired.", persons);
  for (const char* code : {"incorrect_client_credentials", "redirect_uri_mismatch"}) {
    const std::string body = R"({"error":")" + std::string(code) + R"("})";
    expect_refusal(Asked("github").reply(body).refusal(), code, "", operators);
  }
}

TEST(GitHub, IsUnavailableWhereItGivesAnotherStatusAndNoCode) {
  for (const long status : {401L, 403L, 404L, 429L, 500L, 502L, 302L}) {
    expect_broken([&] { Asked("github").reply(kToken).reply(R"({"message":"no"})", status); },
                  "GitHub's reply to user has status " + std::to_string(status));
    expect_broken([&] { Asked("github").reply("<html>", status); }, "has status");
  }
  expect_broken([] { Asked("github").reply("access_token=AT&token_type=bearer"); },
                "is not a JSON object");
}

// ---- Gitee

TEST(Gitee, SaysWhoSomebodyIs) {
  const Person person = Asked("gitee")
                            .reply(kToken)
                            .reply(R"({"id":8190,"login":"zs","name":"张三","avatar_url":)"
                                   R"("https://gitee.com/assets/no_portrait.png","email":null})")
                            .person();
  EXPECT_EQ(identities_of(person), Strings{"gitee 8190"});
  EXPECT_EQ(person.nickname, "张三");
  EXPECT_EQ(person.avatar_url, "https://gitee.com/assets/no_portrait.png");
}

TEST(Gitee, RefusesWithStatus401) {
  expect_refusal(
      Asked("gitee").reply(R"({"error":"invalid_client","error_description":"x"})", 401).refusal(),
      "invalid_client", "x", operators);
  expect_refusal(Asked("gitee").reply(R"({"error":"invalid_grant"})", 400).refusal(),
                 "invalid_grant", "", persons);
}

// ---- Weibo

TEST(Weibo, WritesTheUidAsANumberOrAText) {
  const std::string person =
      R"({"id":9007199254740993,"idstr":"9007199254740993","screen_name":"张三",)"
      R"("avatar_large":"https://tva1.sinaimg.cn/x","gender":"m"})";
  for (const char* uid : {"9007199254740993", "\"9007199254740993\""}) {
    Asked weibo("weibo");
    weibo.reply(R"({"access_token":"AT","expires_in":"1","uid":)" + std::string(uid) + "}");
    EXPECT_EQ(weibo.values().at("id"), "9007199254740993") << "goes into the next call";
    const Person who = weibo.reply(person).person();
    EXPECT_EQ(identities_of(who), Strings{"weibo 9007199254740993"});
    EXPECT_EQ(who.nickname, "张三");
    EXPECT_EQ(who.gender, "男");
    EXPECT_EQ(who.avatar_url, "https://tva1.sinaimg.cn/x");
  }
}

TEST(Weibo, KnowsThreeGenders) {
  const auto gender = [](const std::string& value) {
    return Asked("weibo")
        .reply(R"({"access_token":"AT","uid":5})")
        .reply(R"({"id":5,"gender":)" + value + "}")
        .person()
        .gender;
  };
  EXPECT_EQ(gender(R"("m")"), "男");
  EXPECT_EQ(gender(R"("f")"), "女");
  for (const char* none : {R"("n")", R"("")", "null", "1", "[]", "true"})
    EXPECT_EQ(gender(none), "");
}

TEST(Weibo, TellsOfThePersonThatTheTokenIsFor) {
  expect_broken(
      [] { Asked("weibo").reply(R"({"access_token":"AT","uid":5})").reply(R"({"idstr":"6"})"); },
      "Weibo's reply to users/show names another id");
}

TEST(Weibo, RefusesWithAnyStatus) {
  for (const long status : {200L, 400L, 403L}) {
    expect_refusal(Asked("weibo")
                       .reply(R"({"error":"invalid_grant","error_code":21325,)"
                              R"("error_description":"invalid authorization code"})",
                              status)
                       .refusal(),
                   std::int64_t{21325}, "invalid authorization code", persons);
  }
  for (const int code : {21321, 21322, 21324}) {
    const std::string body = R"({"error":"e","error_code":)" + std::to_string(code) + "}";
    expect_refusal(Asked("weibo").reply(body, 400).refusal(), std::int64_t{code}, "e", operators);
  }
  expect_refusal(Asked("weibo").reply(R"({"error":"invalid_grant"})", 400).refusal(),
                 "invalid_grant", "invalid_grant", persons);
  expect_refusal(Asked("weibo")
                     .reply(R"({"access_token":"AT","uid":5})")
                     .reply(R"({"error":"out of rate limit","error_code":10023})", 403)
                     .refusal(),
                 std::int64_t{10023}, "out of rate limit", passing);
}

// ---- QQ

constexpr const char* kQqToken =
    R"({"access_token":"AT","expires_in":"5184000","refresh_token":"RT"})";
constexpr const char* kQqMe = R"({"client_id":"101","openid":"0A1B","unionid":"UID_1"})";
constexpr const char* kQqUser =
    R"({"ret":0,"msg":"","nickname":"张三","gender":"女","figureurl_qq_1":"http://q.cn/40",)"
    R"("figureurl_qq_2":"http://q.cn/100"})";

TEST(Qq, SaysWhoSomebodyIsInThreeCalls) {
  const Person person = Asked("qq").reply(kQqToken).reply(kQqMe).reply(kQqUser).person();
  EXPECT_EQ(identities_of(person), (Strings{"qq UID_1", "qq_openid 0A1B"}));
  EXPECT_EQ(person.nickname, "张三");
  EXPECT_EQ(person.avatar_url, "http://q.cn/100");
  EXPECT_EQ(person.gender, "女");
}

TEST(Qq, MayLackAUnionidAndALargePicture) {
  const Person person =
      Asked("qq")
          .reply(kQqToken)
          .reply(R"({"client_id":"101","openid":"0A1B"})")
          .reply(R"({"ret":0,"figureurl_qq_2":"","figureurl_qq_1":"http://q/40"})")
          .person();
  EXPECT_EQ(identities_of(person), Strings{"qq_openid 0A1B"});
  EXPECT_EQ(person.avatar_url, "http://q/40");
}

TEST(Qq, TellsOfATokenOfThisSite) {
  expect_broken([] { Asked("qq").reply(kQqToken).reply(R"({"client_id":"102","openid":"0A"})"); },
                "QQ's reply to me names another client_id");
}

TEST(Qq, MayAnswerAsAScript) {
  EXPECT_EQ(Asked("qq")
                .reply("callback( " + std::string(kQqToken) + " );\n")
                .reply("callback(" + std::string(kQqMe) + ")")
                .reply(kQqUser)
                .person()
                .identities.size(),
            2U);
}

TEST(Qq, RefusesInEveryForm) {
  for (const char* body :
       {R"(callback( {"error":100020,"error_description":"code is reused error"} );)",
        R"(callback( {"error":100020,"error_description":"code is reused error",} );)",
        R"(callback( {"error":"100020","error_description":"code is reused error"} );)",
        R"(callback( {"error":"100020","error_description":"code is reused error" , } ) ; )",
        R"({"error":100020,"error_description":"code is reused error"})",
        R"({"error":100020,"error_description":"code is reused error",})"}) {
    expect_refusal(Asked("qq").reply(body).refusal(), std::int64_t{100020}, "code is reused error",
                   persons);
  }
  for (const int code : {100008, 100009, 100010, 100011, 100048}) {
    const std::string body = "callback( {\"error\":" + std::to_string(code) + "} );";
    expect_refusal(Asked("qq").reply(body).refusal(), std::int64_t{code}, "", operators);
  }
  expect_refusal(Asked("qq")
                     .reply(kQqToken)
                     .reply(kQqMe)
                     .reply(R"({"ret":-23,"msg":"token is invalid"})")
                     .refusal(),
                 std::int64_t{-23}, "token is invalid", persons);
}

TEST(Qq, KeepsCommasThatAreText) {
  const std::string user = R"(callback({"ret":0,"nickname":"a\",}b,]c\\"});)";
  EXPECT_EQ(Asked("qq").reply(kQqToken).reply(kQqMe).reply(user).person().nickname, R"(a",}b,]c\)");
}

TEST(Qq, BreaksItsProtocolWithAnyOtherScript) {
  for (const char* body : {"callback( {\"error\":1} ); alert(1)", "alert({\"error\":1});",
                           "callback", "callback(", "callback();", "({\"error\":1})", ","}) {
    expect_broken([&] { Asked("qq").reply(body); }, "is not a JSON object");
  }
}

// ---- Feishu

TEST(Feishu, SaysWhoSomebodyIs) {
  const Person person =
      Asked("feishu")
          .reply(R"({"code":0,"access_token":")" + std::string(4096, 'u') +
                 R"(","expires_in":7200,"token_type":"Bearer","scope":""})")
          .reply(R"({"code":0,"msg":"success","data":{"name":"张三","en_name":"San",)"
                 R"("avatar_url":"https://a.feishucdn.com/x","open_id":"ou_1","union_id":"on_1",)"
                 R"("tenant_key":"t"}})")
          .person();
  EXPECT_EQ(identities_of(person), (Strings{"feishu on_1", "feishu_openid ou_1"}));
  EXPECT_EQ(person.nickname, "张三");
  EXPECT_EQ(person.avatar_url, "https://a.feishucdn.com/x");
}

TEST(Feishu, RefusesWithItsNumber) {
  const std::string rest = R"(,"error":"invalid_grant","error_description":"used"})";
  for (const int code : {20003, 20004, 20065, 20024, 20049, 20008, 20010, 20066}) {
    expect_refusal(Asked("feishu").reply("{\"code\":" + std::to_string(code) + rest, 400).refusal(),
                   std::int64_t{code}, "used", persons);
  }
  for (const int code : {20002, 20009, 20048, 20069, 20071}) {
    expect_refusal(Asked("feishu").reply("{\"code\":" + std::to_string(code) + rest, 400).refusal(),
                   std::int64_t{code}, "used", operators);
  }
  expect_refusal(Asked("feishu").reply(R"({"code":20050,"error":"server_error"})", 500).refusal(),
                 std::int64_t{20050}, "", passing);
  expect_refusal(Asked("feishu").reply(R"({"code":20072})", 503).refusal(), std::int64_t{20072}, "",
                 passing);
  expect_refusal(Asked("feishu").reply(R"({"error":"invalid_request"})", 400).refusal(),
                 "invalid_request", "", persons);
}

TEST(Feishu, RefusesAPersonWithStatus200) {
  for (const int code : {20005, 20021, 20022}) {
    expect_refusal(Asked("feishu")
                       .reply(R"({"code":0,"access_token":"AT"})")
                       .reply("{\"code\":" + std::to_string(code) + R"(,"msg":"gone"})")
                       .refusal(),
                   std::int64_t{code}, "gone", persons);
  }
}

// ---- DingTalk

TEST(DingTalk, SaysWhoSomebodyIs) {
  const Person person =
      Asked("dingtalk")
          .reply(R"({"accessToken":"AT","refreshToken":"RT","expireIn":7200})")
          .reply(R"({"nick":"张三","unionId":"uN","openId":"oP","avatarUrl":"https://s/x",)"
                 R"("stateCode":"86","visitor":false})")
          .person();
  EXPECT_EQ(identities_of(person), (Strings{"dingtalk uN", "dingtalk_openid oP"}));
  EXPECT_EQ(person.nickname, "张三");
  EXPECT_EQ(person.avatar_url, "https://s/x");
}

TEST(DingTalk, RefusesWithATextForACode) {
  expect_refusal(Asked("dingtalk")
                     .reply(R"({"code":"invalidParameter.authCode.notFound","requestid":"R",)"
                            R"("message":"不存在的临时授权码"})",
                            400)
                     .refusal(),
                 "invalidParameter.authCode.notFound", "不存在的临时授权码", persons);
  const std::string denied = "Forbidden.AccessDenied.AccessTokenPermissionDenied";
  expect_refusal(Asked("dingtalk")
                     .reply(R"({"accessToken":"AT"})")
                     .reply(R"({"code":")" + denied + R"(","message":"m"})", 403)
                     .refusal(),
                 denied, "m", operators);
}

TEST(DingTalk, TakesTheCodeUnderEitherName) {
  EXPECT_EQ(shipped("dingtalk").code_parameters, (Strings{"authCode", "code"}));
}

}  // namespace
}  // namespace scanlogin::oauth
