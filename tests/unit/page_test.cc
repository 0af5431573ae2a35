#include "server/page.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace scanlogin {
namespace {

std::string header(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "(none)";
}

std::string policy(const std::string& html) {
  return header(html_page(html, "'self'"), "Content-Security-Policy");
}

TEST(HtmlPage, IsSentAsItStandsAndKeptByNobody) {
  const Response page = html_page("<p>登录成功</p>", "'self'");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "<p>登录成功</p>");
  EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(header(page, "Cache-Control"), "no-store");
  EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(page, "Referrer-Policy"), "no-referrer");
}

TEST(HtmlPage, MayDoNothingButShowItself) {
  EXPECT_EQ(policy("<p>x</p>"),
            "default-src 'none'; style-src 'none'; img-src 'self' data:; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'self'");
}

// The hashes are of: printf %s TEXT | openssl dgst -sha256 -binary | base64
TEST(HtmlPage, AllowsEachOfItsStylesByItsHash) {
  EXPECT_NE(policy("<style>p{}</style>")
                .find("; style-src 'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='; "),
            std::string::npos)
      << policy("<style>p{}</style>");
  EXPECT_NE(policy("<style>p{}</style><p><style></style>")
                .find("; style-src 'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y=' "
                      "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "),
            std::string::npos)
      << policy("<style>p{}</style><p><style></style>");
}

TEST(HtmlPage, HashesWhatABrowserReadsNotWhatStandsInTheFile) {
  const std::string plain = "style-src 'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y=';";
  const std::string two_lines = "style-src 'sha256-ml/Hqze4hQ9PLvffVgxu+uIE7ETo1MElPYkdtaQAdNw=';";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"<style>p{\r\n}</style>", two_lines},
      {"<style>p{\r}</style>", two_lines},
      {"<style type=\"text/css\">p{}</style>", plain},
      {"<STYLE title='>'>p{}</Style >", plain},
      {"<style\n>p{}</style\n>", plain},
      {"<!-- <style>q{}</style> --><style>p{}</style>", plain},
      {"<title><style>q{}</style></title><style>p{}</style>", plain},
  };
  for (const auto& [html, expected] : cases) {
    EXPECT_NE(policy(html).find(expected), std::string::npos) << html << "\n" << policy(html);
  }
}

TEST(HtmlPage, AStyleThatDoesNotEndIsReadToTheEnd) {
  EXPECT_NE(policy("<style>p{}").find("'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='"),
            std::string::npos);
}

TEST(HtmlPage, TellsOldBrowsersTheFirstWhoMayFrameIt) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"'self'", "SAMEORIGIN"},
      {"'self' https://a.example", "SAMEORIGIN"},
      {"https://a.example", "ALLOW-FROM https://a.example"},
      {"https://a.example https://b.example", "ALLOW-FROM https://a.example"},
      {"  https://a.example ", "ALLOW-FROM https://a.example"},
      {"'none'", "DENY"},
  };
  for (const auto& [ancestors, expected] : cases) {
    const Response page = html_page("", ancestors);
    EXPECT_TRUE(header(page, "Content-Security-Policy").ends_with("; frame-ancestors " + ancestors))
        << header(page, "Content-Security-Policy");
    EXPECT_EQ(header(page, "X-Frame-Options"), expected);
  }
}

}  // namespace
}  // namespace scanlogin
