#include "base/origin.h"

#include <gtest/gtest.h>

#include <string>

namespace scanlogin {
namespace {

std::string written(const std::string& text) {
  const auto origin = parse_origin(text);
  return origin ? to_text(*origin) : "none";
}

TEST(Origin, IsWrittenAsBrowsersDo) {
  EXPECT_EQ(written("https://example.com"), "https://example.com");
  EXPECT_EQ(written("https://Example.COM:443"), "https://example.com");
  EXPECT_EQ(written("http://example.com:443"), "http://example.com:443");
  EXPECT_EQ(written("http://example.com:00080"), "http://example.com");
  EXPECT_EQ(written("http://example.com:"), "http://example.com");
  EXPECT_EQ(written("http://[::1]:8080"), "http://[::1]:8080");
  EXPECT_EQ(written("https://[2001:DB8::A]"), "https://[2001:db8::a]");
  EXPECT_EQ(written("http://127.0.0.1:65535"), "http://127.0.0.1:65535");
  EXPECT_EQ(written("https://xn--fiq228c.example."), "https://xn--fiq228c.example.");
  EXPECT_EQ(written("http://my_host-1"), "http://my_host-1");
}

TEST(Origin, IsSchemeHostAndPortAlone) {
  for (const char* text : {"",
                           "null",
                           "*",
                           "example.com",
                           "//example.com",
                           "https:example.com",
                           "https:/example.com",
                           "https://",
                           "https:///",
                           "http",
                           "ftp://a",
                           "HTTPS://a",
                           "file://",
                           " https://a",
                           "https://a ",
                           "https://a/",
                           "https://a/b",
                           "https://a?b",
                           "https://a#b",
                           "https://u@a",
                           "https://u:p@a",
                           "https://a, https://a",
                           "https://*",
                           "https://*.a.example",
                           "https://a:*",
                           "https://a:0",
                           "https://a:65536",
                           "https://a:-1",
                           "https://a:+1",
                           "https://a:1a",
                           "https://a:1:2",
                           "https://::1",
                           "https://[]",
                           "https://[::1",
                           "https://::1]",
                           "https://[::1]a",
                           "https://a[::1]",
                           "https://[g::1]",
                           "https://_",
                           "https://-",
                           "https://张.example",
                           "https://a\n",
                           "https://a\r\nX: y",
                           "https://a\"",
                           "https://a<"}) {
    EXPECT_EQ(written(text), "none") << text;
  }
  EXPECT_EQ(written(std::string("https://a\0b", 11)), "none");
  EXPECT_EQ(written("https://" + std::string(256, 'a')), "none");
  EXPECT_NE(written("https://" + std::string(255, 'a')), "none");
}

}  // namespace
}  // namespace scanlogin
