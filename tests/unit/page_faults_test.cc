#include "server/page_faults.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace scanlogin {
namespace {

using namespace std::string_literals;
using Cases = std::vector<std::pair<std::string, std::string>>;

std::string faults_of(const std::string& page, const std::string& site = "https://site.example") {
  std::string out;
  for (const std::string& fault : page_faults(page, site)) out += (out.empty() ? "" : "; ") + fault;
  return out;
}

void are(const Cases& cases) {
  for (const auto& [page, expected] : cases) EXPECT_EQ(faults_of(page), expected) << page;
}

TEST(PageFaults, AreNoneInWhatShowsAsItIsWritten) {
  for (const std::string page : {
           "<!DOCTYPE html><meta charset=utf-8><meta name=scanlogin content=confirmed><p>扫好了 🐼",
           "<style type='text/css'>p { color: red; background: url(a.png), url('data:,x') "
           "}</style>",
           "<style>/* @import url(https://a) */ p::after { content: '@import url(//a)' }</style>",
           "<img src=/a.png><img src='data:image/png;base64,AA'><img src=https://site.example/a>",
           "<img srcset='a.png 1x, /b.png 2x'><svg><use href='#a'/><image href=a.png></svg>",
           "<link rel=icon href='data:,'><link rel=canonical href=https://a.example>",
           "<meta http-equiv=X-UA-Compatible content=IE=edge><meta http-equiv=Content-Type "
           "content=x>",
           "<a href=https://a.example title='javascript:' data-onclick=x>on</a><!-- <script> -->",
           "<title><script></title><p on=1>",
           "\xef\xbb\xbf<p>with a byte order mark",
       }) {
    EXPECT_EQ(faults_of(page), "") << page;
  }
}

TEST(PageFaults, AreWhatThePolicyBlocks) {
  are({
      {"<p style='color: red'>", "a style attribute in line 1"},
      {"<p>\r\n<p STYLE>", "a style attribute in line 2"},
      {"<p onclick=x>", "the attribute onclick in line 1"},
      {"\n<SCRIPT src=a></SCRIPT>", "<script> in line 2"},
      {"<svg><script>x</script></svg>", "<script> in line 1"},
      {"<noscript><iframe src=a></noscript>", "<iframe> in line 1"},
      {"<base href=/a/><form></form><object></object>",
       "<base> in line 1; <form> in line 1; <object> in line 1"},
      {"<embed src=a><frame><applet><audio><video poster=a>",
       "<embed> in line 1; <frame> in line 1; <applet> in line 1; <audio> in line 1; <video> in "
       "line 1"},
      {"<link rel='preload Stylesheet' href=a>",
       "<link rel=preload> in line 1; <link rel=stylesheet> in line 1"},
      {"<meta HTTP-EQUIV=' refresh' content=1>", "<meta http-equiv> in line 1"},
      {"<a href=' JavaScript:x'>", "a javascript: URL in line 1"},
      {"<svg><style>p{}</style></svg>", "<style> inside of <svg> or <math> in line 1"},
  });
}

TEST(PageFaults, ArePicturesOfAnotherSite) {
  for (const std::string url :
       {"https://a.example/b", "http://a", "//a/b", "/\\a", "\\\\a", "HTTPS:a", " https://a",
        "https://site.example.org/a", "https://site.examplea", "blob:x"}) {
    EXPECT_EQ(faults_of("<img src='" + url + "'>"),
              "<img> with a picture of another site in line 1")
        << url;
  }
  are({
      {"<img srcset='a 1x, https://a/b 2x'>", "<img> with a picture of another site in line 1"},
      {"<body background=//a>", "<body> with a picture of another site in line 1"},
      {"<svg><image xlink:href=//a></svg>", "<image> with a picture of another site in line 1"},
      {"<link rel='shortcut icon' href=//a>", "an icon of another site in line 1"},
  });
  EXPECT_NE(faults_of("<img src=https://site.example/a>", ""), "");
}

TEST(PageFaults, AreWhatAStyleWouldLoad) {
  are({
      {"<style>@import 'a.css';</style>", "@import in the <style> in line 1"},
      {"<style>@IMPORT url(https://a);</style>",
       "@import in the <style> in line 1; url() of another site in the <style> in line 1"},
      {"<style>@font-face { src: url(a) }</style>", "@font-face in the <style> in line 1"},
      {"<style>p { background: URL( \"https://a\" ) }</style>",
       "url() of another site in the <style> in line 1"},
      {"<style>p { background: url(//a) }</style>",
       "url() of another site in the <style> in line 1"},
  });
}

TEST(PageFaults, AnUnfinishedStyleIsReadToItsEnd) {
  for (const char* css : {"/*", "/", "'", "\"\\", "url(", "url('", "url('\\", "@", "/*/", "'a\n"}) {
    EXPECT_EQ(faults_of("<style>"s + css), "") << css;
  }
}

TEST(PageFaults, AreBytesThatAreNotUtf8) {
  are({
      {"<p>\n\xb5\xc7\xc2\xbc", "bytes that are not UTF-8 in line 2"},
      {"\xff\xfe<\0p\0>\0"s, "UTF-16 instead of UTF-8"},
      {"\xfe\xff\0<\0p\0>"s, "UTF-16 instead of UTF-8"},
  });
}

}  // namespace
}  // namespace scanlogin
