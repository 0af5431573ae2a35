#include "api/callback_url.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace scanlogin {
namespace {

constexpr ProviderFacts kFacts{.name = "wx",
                               .label = "WeChat",
                               .label_zh = "微信",
                               .settings = "",
                               .longest_code = 512,
                               .identity_type = "wx_openid",
                               .unavailable_code = "",
                               .unavailable_msg = "",
                               .exact_redirect_uri = false};
const std::string kPath = "/api/user/login/wx/callback/";

Site site(std::vector<std::string> origins) {
  Config config;
  config.site_origins = std::move(origins);
  return Site(config);
}

Request request(const std::string& host, const std::string& query = "",
                const std::string& scheme = "https") {
  return Request({{"REQUEST_SCHEME", scheme}, {"HTTP_HOST", host}, {"QUERY_STRING", query}}, "");
}

std::string url(const Site& of, const std::string& host) {
  return callback_url(of, kFacts, request(host));
}

// Where a request to the callback is led; empty if it stays.
std::string led_to(const Site& of, const std::string& host, const std::string& query,
                   const std::string& scheme = "https") {
  const Request asked = request(host, query, scheme);
  const auto response = led_to_its_host(of, kFacts, asked, asked.query("site").value_or(""));
  if (!response) return "";
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(response->headers.at(0).first, "Location");
  EXPECT_EQ(response->headers.at(1).second, "no-store");
  EXPECT_EQ(response->headers.at(2).second, "no-referrer");
  return response->headers.at(0).second;
}

TEST(CallbackUrl, IsOnTheHostAskedWhereTheSettingNamesNone) {
  EXPECT_EQ(url(site({}), "shop.example"), "https://shop.example" + kPath);
  EXPECT_EQ(callback_url(site({}), kFacts, Request({}, "")), kPath);
}

TEST(CallbackUrl, OfOneOriginIsAlwaysThere) {
  for (const char* host : {"a.example", "backend", "a/b"}) {
    EXPECT_EQ(url(site({"https://a.example"}), host), "https://a.example" + kPath);
  }
}

TEST(CallbackUrl, IsOnTheFirstOriginAndNamesTheOneWhereTheLoginBegan) {
  const Site of = site({"https://a.example", "https://b.example", "https://[::1]:8443"});
  EXPECT_EQ(url(of, "a.example"), "https://a.example" + kPath);
  EXPECT_EQ(url(of, "backend"), "https://a.example" + kPath);
  EXPECT_EQ(url(of, "b.example"), "https://a.example" + kPath + "?site=https%3A%2F%2Fb.example");
  EXPECT_EQ(url(of, "B.Example:443"),
            "https://a.example" + kPath + "?site=https%3A%2F%2Fb.example");
  EXPECT_EQ(url(of, "[::1]:8443"),
            "https://a.example" + kPath + "?site=https%3A%2F%2F%5B%3A%3A1%5D%3A8443");
}

TEST(CallbackUrl, LeadsToTheHostWhereTheLoginBegan) {
  const Site of = site({"https://a.example", "https://b.example"});
  const std::string site_b = "site=https%3A%2F%2Fb.example";
  EXPECT_EQ(led_to(of, "a.example", site_b + "&code=c%26d&state=u"),
            "https://b.example" + kPath + "?state=u&code=c%26d");
  EXPECT_EQ(led_to(of, "a.example", "code=c&" + site_b + "&state=u&again=1"),
            "https://b.example" + kPath + "?state=u&code=c");
  EXPECT_EQ(led_to(of, "backend:8080", site_b + "&state=u"),
            "https://b.example" + kPath + "?state=u")
      << "the person refused";
}

TEST(CallbackUrl, ThatIsKnownToTheLetterNamesNoHost) {
  const Site of = site({"https://a.example", "https://b.example"});
  ProviderFacts exact = kFacts;
  exact.exact_redirect_uri = true;
  EXPECT_EQ(callback_url(of, exact, request("b.example")), "https://a.example" + kPath);
  const auto led = led_to_its_host(of, exact, request("a.example", "authCode=c%26&state=u&iss=i"),
                                   "https://b.example");
  ASSERT_TRUE(led);
  EXPECT_EQ(led->headers.at(0).second,
            "https://b.example" + kPath + "?authCode=c%26&state=u&iss=i&led=1");
  EXPECT_FALSE(
      led_to_its_host(of, exact, request("a.example", "code=c&led=1"), "https://b.example"));
  EXPECT_FALSE(led_to_its_host(of, exact, request("a.example", "code=c"), "https://c.example"));
}

TEST(CallbackUrl, LeadsNobodyToAnythingElse) {
  const Site of = site({"https://a.example", "https://b.example"});
  for (const char* to :
       {"", "https://evil.example", "https://b.example.evil.example", "https://b.example/",
        "https://b.example:443", "https://b.example%40evil.example", "https://B.example",
        "http://b.example", "//b.example", "b.example", "/", "https://", "javascript:alert(1)",
        "https://a.example", "https://b.example%0D%0AX:%20y"}) {
    EXPECT_EQ(led_to(of, "a.example", "code=c&state=u&site=" + std::string(to)), "") << to;
  }
  EXPECT_EQ(led_to(of, "b.example", "code=c&state=u&site=https://b.example"), "");
  EXPECT_EQ(led_to(of, "b.example", "code=c&state=u&site=https://b.example", "http"), "");
  EXPECT_EQ(led_to(site({}), "a.example", "code=c&state=u&site=https://b.example"), "");
}

TEST(CallbackUrl, HasTheCodeAndStateEncoded) {
  EXPECT_EQ(callback_query(request("a", "state=u&code=a%22%0D%0A+b&x=y")),
            "?state=u&code=a%22%0D%0A%20b");
  EXPECT_EQ(callback_query(request("a", "")), "?state=");
}

}  // namespace
}  // namespace scanlogin
