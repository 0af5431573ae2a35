#include "server/html.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace scanlogin {
namespace {

using namespace std::string_literals;

// "name line attribute=[value]… {text}", one after the other.
std::string read(const std::string& page) {
  std::string out;
  for (const HtmlTag& tag : html_tags(page)) {
    out += (out.empty() ? "" : "; ") + tag.name;
    for (const auto& [name, value] : tag.attributes) out += " " + name + "=[" + value + "]";
    if (!tag.text.empty()) out += " {" + tag.text + "}";
  }
  return out;
}

void reads(const std::vector<std::pair<std::string, std::string>>& cases) {
  for (const auto& [page, expected] : cases) EXPECT_EQ(read(page), expected) << page;
}

TEST(HtmlTags, AreInLowerCaseWithTheirAttributes) {
  reads({
      {"<P>x</P>", "p"},
      {"<p id=a class='b c' title=\"d\">", "p id=[a] class=[b c] title=[d]"},
      {"<P ID = A hidden>", "p id=[A] hidden=[]"},
      {"<a title='>' href=\"a>b\"><b>", "a title=[>] href=[a>b]; b"},
      {"<p\n\tid=a\f\r\nlang=b>", "p id=[a] lang=[b]"},
      {"<br/><i/x=1><u / >", "br; i x=[1]; u"},
      {"<a href=/b/>", "a href=[/b/]"},
      {"<p =a=b c= >", "p =a=[b] c=[]"},
      {"<p a=\"b\"c>", "p a=[b] c=[]"},
  });
}

TEST(HtmlTags, AreNoneInTextCommentsAndDeclarations) {
  reads({
      {"a < b <1> <> </> </p> <?p <b> <i>", "i"},
      {"<!DOCTYPE html><p>", "p"},
      {"<!DOCTYPE html \"<b>\"><p>", "p"},
      {"<!-- <p> --><b>", "b"},
      {"<!--><b>", "b"},
      {"<!---><b>", "b"},
      {"<!----><b>", "b"},
      {"<!-- a --!><b>", "b"},
      {"<!----!><b>", "b"},
      {"<!--!><b>--><i>", "i"},
      {"<!-- <p>", ""},
      {"<![CDATA[<b>]]><i>", "i"},
      {"</p title='>'><b>", "b"},
      {"</ <b><i>", "i"},
  });
}

TEST(HtmlTags, ThatThePageDoesNotEndAreNone) {
  for (const char* page :
       {"<", "<p", "<p ", "<p a", "<p a=", "<p a='>", "<p /", "</", "</p", "<!", "<!-"}) {
    EXPECT_EQ(read(page), "") << page;
  }
}

TEST(HtmlText, IsAllUntilItsOwnEndTag) {
  reads({
      {"<style>p{}</style><b>", "style {p{}}; b"},
      {"<STYLE type='text/css' title=\">\">p{}</Style >", "style type=[text/css] title=[>] {p{}}"},
      {"<style/>p{}</style\n>", "style {p{}}"},
      {"<style><b></b><!--</style>-->", "style {<b></b><!--}"},
      {"<style>a</styles></ style></style/><b>", "style {a</styles></ style>}; b"},
      {"<style>a</style title='<b>'><i>", "style {a}; i"},
      {"<style>p{}", "style {p{}}"},
      {"<style>p{}</style", "style {p{}</style}"},
      {"<style>p{}</style ", "style {p{}}"},
      {"<title><style></title><style>a</style>", "title {<style>}; style {a}"},
      {"<textarea><b></textarea>", "textarea {<b>}"},
      {"<noscript><b></noscript>", "noscript; b"},
      {"<plaintext><b></plaintext>", "plaintext {<b></plaintext>}"},
  });
}

TEST(HtmlText, IsWhatABrowserReads) {
  EXPECT_EQ(read("<style>\r\na\rb\n\r\n</style>"), "style {\na\nb\n\n}");
  EXPECT_EQ(read("<style>a\0b</style>"s),
            "style {a\xef\xbf\xbd"
            "b}");
  EXPECT_EQ(read("<style>a&lt;b</style>"), "style {a&lt;b}");
  EXPECT_EQ(read("\xef\xbb\xbf<style>a</style>"), "style {a}");
}

TEST(HtmlForeign, ElementsHaveMarkupInStyleAndTitle) {
  reads({
      {"<svg><title><b></title></svg><style><i></style>", "svg; title; b; style {<i>}"},
      {"<svg/><title><b></title>", "svg; title {<b>}"},
      {"<svg><![CDATA[<b>]]></svg><i>", "svg; i"},
  });
  const std::vector<HtmlTag> tags = html_tags("<svg><style>a</style></svg><style>b</style>");
  ASSERT_EQ(tags.size(), 3U);
  EXPECT_FALSE(tags[0].foreign);
  EXPECT_TRUE(tags[1].foreign);
  EXPECT_FALSE(tags[2].foreign);
}

TEST(HtmlTags, KnowTheirLine) {
  const std::vector<HtmlTag> tags = html_tags("<a>\r\n<b>\r<style>\n\n</style><i>\n<u\nid=x>");
  std::vector<std::size_t> lines;
  for (const HtmlTag& tag : tags) lines.push_back(tag.line);
  EXPECT_EQ(lines, (std::vector<std::size_t>{1, 2, 3, 5, 6}));
}

}  // namespace
}  // namespace scanlogin
