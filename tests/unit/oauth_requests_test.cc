// Where the shipped providers send a browser, and what they are asked.
#include "domain/providers/oauth_requests.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/shipped_provider.h"

namespace scanlogin::oauth {
namespace {

// The challenge is that of RFC 7636, appendix B.
constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const Redirection kRedirection = {.state = "S",
                                  .redirect_uri = "https://a.example/cb/?x=1",
                                  .code_verifier = kVerifier,
                                  .nonce = "N"};
const Values kValues = {{"client_id", "I D"},
                        {"client_secret", "s&s"},
                        {"code", "c+d"},
                        {"redirect_uri", "https://a/"},
                        {"code_verifier", kVerifier},
                        {"access_token", "A/T"},
                        {"id", "7"}};

std::string authorize(const std::string& name) {
  return authorize_url(shipped(name).authorize, "I D", kRedirection);
}

// Method, URL, headers, content type and body, a line each.
std::string lines(const Call& call) {
  const HttpRequest request = make_request(call, kValues);
  std::string all = request.method == HttpMethod::post ? "POST " : "GET ";
  all += request.url + "\n";
  for (const auto& [name, value] : request.headers) {
    all.append(name).append(": ").append(value).append("\n");
  }
  if (!request.content_type.empty()) all += request.content_type + "\n";
  return all + request.body;
}

TEST(AuthorizeUrl, HasTheParametersInTheirOrder) {
  const std::string known = "client_id=I%20D&redirect_uri=https%3A%2F%2Fa.example%2Fcb%2F%3Fx%3D1";
  const std::string pkce =
      "&state=S&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&"
      "code_challenge_method=S256";
  EXPECT_EQ(authorize("github"), "https://github.com/login/oauth/authorize?response_type=code&" +
                                     known + "&scope=read%3Auser" + pkce);
  EXPECT_EQ(authorize("gitee"), "https://gitee.com/oauth/authorize?response_type=code&" + known +
                                    "&scope=user_info&state=S");
  EXPECT_EQ(authorize("weibo"),
            "https://api.weibo.com/oauth2/authorize?response_type=code&" + known + "&state=S");
  EXPECT_EQ(authorize("qq"), "https://graph.qq.com/oauth2.0/authorize?response_type=code&" + known +
                                 "&scope=get_user_info&state=S");
  EXPECT_EQ(authorize("feishu"),
            "https://accounts.feishu.cn/open-apis/authen/v1/authorize?response_type=code&" + known +
                pkce);
  EXPECT_EQ(authorize("dingtalk"), "https://login.dingtalk.com/oauth2/auth?response_type=code&" +
                                       known + "&scope=openid&prompt=consent&state=S");
}

TEST(AuthorizeUrl, EndsWithTheFragment) {
  const Authorize authorize{.url = "https://a/b", .parameters = {}, .fragment = "here"};
  EXPECT_EQ(authorize_url(authorize, "I", kRedirection), "https://a/b#here");
}

TEST(OAuthRequest, SendsAFormAQueryOrJson) {
  const std::string form =
      "grant_type=authorization_code&client_id=I%20D&client_secret=s%26s&code=c%2Bd&"
      "redirect_uri=https%3A%2F%2Fa%2F";
  EXPECT_EQ(
      lines(shipped("weibo").token),
      "POST https://api.weibo.com/oauth2/access_token\napplication/x-www-form-urlencoded\n" + form);
  EXPECT_EQ(lines(shipped("github").token),
            "POST https://github.com/login/oauth/access_token\nAccept: application/json\n"
            "application/x-www-form-urlencoded\n" +
                form + "&code_verifier=" + kVerifier);
  EXPECT_EQ(lines(shipped("qq").token),
            "GET https://graph.qq.com/oauth2.0/token?" + form + "&fmt=json\n");
  EXPECT_EQ(lines(shipped("dingtalk").token),
            "POST https://api.dingtalk.com/v1.0/oauth2/userAccessToken\n"
            "application/json; charset=utf-8\n"
            R"({"grantType":"authorization_code","clientId":"I D","clientSecret":"s&s",)"
            R"("code":"c+d"})");
}

TEST(OAuthRequest, SendsTheTokenWhereItBelongs) {
  EXPECT_EQ(lines(shipped("github").person[0]),
            "GET https://api.github.com/user\nAccept: application/vnd.github+json\n"
            "Authorization: Bearer A/T\nUser-Agent: scanlogin\n");
  EXPECT_EQ(lines(shipped("feishu").person[0]),
            "GET https://open.feishu.cn/open-apis/authen/v1/user_info\n"
            "Authorization: Bearer A/T\n");
  EXPECT_EQ(lines(shipped("dingtalk").person[0]),
            "GET https://api.dingtalk.com/v1.0/contact/users/me\n"
            "x-acs-dingtalk-access-token: A/T\n");
  EXPECT_EQ(lines(shipped("weibo").person[0]),
            "GET https://api.weibo.com/2/users/show.json?access_token=A%2FT&uid=7\n");
  EXPECT_EQ(lines(shipped("qq").person[0]),
            "GET https://graph.qq.com/oauth2.0/me?access_token=A%2FT&unionid=1&fmt=json\n");
  EXPECT_EQ(lines(shipped("qq").person[1]),
            "GET https://graph.qq.com/user/get_user_info?access_token=A%2FT&"
            "oauth_consumer_key=I%20D&openid=7\n");
}

TEST(OAuthRequest, KeepsAValueThatLooksLikeAName) {
  const Call call{.name = "x",
                  .url = "https://a/",
                  .send = Send::query,
                  .parameters = {{"q", "{code}-{id}"}},
                  .headers = {{"H", "{code}"}},
                  .finds = {}};
  const HttpRequest request = make_request(call, {{"code", "{id}"}, {"id", "7"}});
  EXPECT_EQ(request.url, "https://a/?q=%7Bid%7D-7");
  EXPECT_EQ(request.headers[0].second, "{id}");
}

}  // namespace
}  // namespace scanlogin::oauth
