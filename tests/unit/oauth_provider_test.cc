// Providers of files, asked over a socket: what a login there does.
#include "domain/providers/oauth_provider.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "unit/all_settings.h"
#include "unit/http_stand_in.h"
#include "unit/shipped_provider.h"

namespace scanlogin::oauth {
namespace {

const Redirection kRedirection = {.state = "S",
                                  .redirect_uri = "https://a/cb/",
                                  .code_verifier = std::string(43, 'v'),
                                  .nonce = "N"};

// A provider whose server answers each path with what the test says.
class Played {
 public:
  explicit Played(const std::string& name, Variables more = {}) {
    const std::string prefix = ascii_upper(name);
    more.merge(Variables{{prefix + "_CLIENT_ID", "the-id"},
                         {prefix + "_CLIENT_SECRET", "the-secret"},
                         {prefix + "_API_BASE", server_.url() + "/base"},
                         {prefix + "_OPEN_BASE", "https://open.example/"},
                         {"PROVIDER_DIR", shipped_directory()}});
    const Environment environment = scanlogin::environment(more);
    SettingsReader reader(environment);
    provider_ = std::make_unique<OAuthProvider>(read_settings(reader, name), 2);
    for (const std::string& fault : reader.faults()) ADD_FAILURE() << fault;
  }

  OAuthProvider& operator*() { return *provider_; }
  OAuthProvider* operator->() { return provider_.get(); }

  void answer(const std::string& path, const std::string& body, int status = 200) {
    const std::lock_guard lock(mutex_);
    answers_[path] = {.status = status, .body = body};
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  HttpStandIn::Reply handle(const HttpStandIn::Request& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request.raw);
    return answers_[request.target.substr(0, request.target.find('?'))];
  }

  std::mutex mutex_;
  std::map<std::string, HttpStandIn::Reply> answers_;
  std::vector<std::string> requests_;
  HttpStandIn server_{[this](const HttpStandIn::Request& request) { return handle(request); }};
  std::unique_ptr<OAuthProvider> provider_;
};

constexpr const char* kGitHubToken = "/base/login/oauth/access_token";
constexpr const char* kGitHubUser = "/base/user";

Refusal refused(const std::variant<Grant, Refusal>& reply) { return std::get<Refusal>(reply); }
Refusal refused(const std::variant<Person, Refusal>& reply) { return std::get<Refusal>(reply); }

Grant github_grant(Played& github) {
  github.answer(kGitHubToken, R"({"access_token":"gho_0123456789"})");
  return std::get<Grant>(github->exchange("C", kRedirection));
}

TEST(OAuthProvider, LogsSomebodyInByThreeCalls) {
  Played qq("qq");
  qq.answer("/base/oauth2.0/token", R"({"access_token":"AT"})");
  qq.answer("/base/oauth2.0/me",
            R"(callback( {"client_id":"the-id","openid":"o","unionid":"u"} );)");
  qq.answer("/base/user/get_user_info", R"({"ret":0,"nickname":"张三"})");
  const Grant grant = std::get<Grant>(qq->exchange("C", kRedirection));
  EXPECT_EQ(grant.text, R"({"provider":"qq","values":{"access_token":"AT"}})");
  EXPECT_TRUE(qq->is_grant(grant));
  for (int time = 0; time < 2; ++time) {
    const Person person = std::get<Person>(qq->person(grant));
    ASSERT_EQ(person.identities.size(), 2U);
    EXPECT_EQ(person.identities[0].type, qq->facts().union_type);
    EXPECT_EQ(person.identities[0].id, "u");
    EXPECT_EQ(person.identities[1].type, qq->facts().identity_type);
    EXPECT_EQ(person.nickname, "张三");
  }
  const std::vector<std::string> requests = qq.requests();
  ASSERT_EQ(requests.size(), 5U);
  EXPECT_NE(requests[0].find("client_secret=the-secret&code=C&"), std::string::npos);
  EXPECT_NE(requests[2].find("oauth_consumer_key=the-id&openid=o "), std::string::npos);
}

TEST(OAuthProvider, TellsWhatItIs) {
  Played feishu("feishu", {{"FEISHU_LABEL", "Lark"}, {"FEISHU_LABEL_ZH", "Lark 国际版"}});
  const ProviderFacts facts = feishu->facts();
  EXPECT_EQ(facts.name, "feishu");
  EXPECT_EQ(facts.label, "Lark");
  EXPECT_EQ(facts.label_zh, "Lark 国际版");
  EXPECT_TRUE(facts.exact_redirect_uri);
  EXPECT_EQ(facts.settings, "FEISHU_CLIENT_ID and FEISHU_CLIENT_SECRET");
  EXPECT_EQ(facts.longest_code, 512U);
  EXPECT_EQ(facts.identity_type, "feishu_openid");
  EXPECT_EQ(facts.union_type, "feishu");
  EXPECT_EQ(facts.unavailable_code, "provider-unavailable");
  EXPECT_EQ(facts.unavailable_msg, "Lark 国际版服务暂不可用，请稍后再试");
  EXPECT_EQ(feishu->time_limit(), std::chrono::seconds(10));
  EXPECT_EQ(feishu->code_parameters(), std::vector<std::string>{"code"});
  EXPECT_EQ(
      feishu->beginning(kRedirection).text(),
      Json::object().with("uuid", "S").with("url", feishu->authorize_url(kRedirection)).text());
  EXPECT_TRUE(feishu->may_call_back(std::nullopt));
  EXPECT_TRUE(feishu->authorize_url(kRedirection)
                  .starts_with("https://open.example/open-apis/authen/v1/authorize?"));
}

TEST(OAuthProvider, ARefusedCodeNeverPasses) {
  Played feishu("feishu");
  feishu.answer("/base/open-apis/authen/v2/oauth/token", R"({"code":20050})", 500);
  EXPECT_FALSE(refused(feishu->exchange("C", kRedirection)).passes);
  feishu.answer("/base/open-apis/authen/v1/user_info", R"({"code":20050})", 500);
  const Grant grant{R"({"provider":"feishu","values":{"access_token":"AT"}})"};
  EXPECT_TRUE(refused(feishu->person(grant)).passes);
}

TEST(OAuthProvider, AMessageThatRepeatsASecretIsLeftOut) {
  Played github("github");
  const auto message = [&](const std::string& msg) {
    github.answer(kGitHubToken, R"({"error":"e","error_description":")" + msg + "\"}");
    return refused(github->exchange("the-long-code", kRedirection)).msg;
  };
  EXPECT_EQ(message("bad code"), "bad code");
  EXPECT_EQ(message("https://a/cb/ is not that of the-id"), "https://a/cb/ is not that of the-id");
  for (const std::string& secret :
       {std::string("the-secret"), std::string("the-long-code"), kRedirection.code_verifier}) {
    EXPECT_EQ(message("bad: " + secret + "!"), "") << secret;
  }
  const Grant grant = github_grant(github);
  github.answer(kGitHubUser, R"({"error":"e","error_description":"gho_0123456789"})", 401);
  EXPECT_EQ(refused(github->person(grant)).msg, "");
}

TEST(OAuthProvider, AnErrorTellsNoSecret) {
  Played github("github");
  const Grant grant = github_grant(github);
  for (const char* body : {"", "the-secret", R"({"id":"gho_0123456789"})", R"({"id":-1})"}) {
    github.answer(kGitHubUser, body);
    try {
      github->person(grant);
      ADD_FAILURE() << "accepted " << body;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::upstream);
      const std::string what = error.what();
      EXPECT_TRUE(what.starts_with("GitHub's reply to user ")) << what;
      EXPECT_EQ(what.find("gho_"), std::string::npos) << what;
      EXPECT_EQ(what.find("the-secret"), std::string::npos) << what;
    }
  }
}

TEST(OAuthProvider, AnotherProvidersGrantIsNone) {
  Played github("github");
  EXPECT_TRUE(github->is_grant(github_grant(github)));
  for (const char* other : {"", R"({"access_token":"AT","openid":"o","unionid":""})",
                            R"({"provider":"gitee","values":{"access_token":"AT"}})"}) {
    EXPECT_FALSE(github->is_grant({other})) << other;
  }
}

}  // namespace
}  // namespace scanlogin::oauth
