#include "server/template.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "base/error.h"
#include "base/search_path.h"

using namespace std::string_literals;

namespace scanlogin {
namespace {

// What render says about a template it cannot fill; "rendered" if it can.
std::string fault_of(const std::string& html) {
  try {
    return "rendered " + Template(html).render({{"name", "v"}});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::internal);
    return error.what();
  }
}

class TemplateFile : public testing::Test {
 protected:
  TemplateFile() {
    dir_ = mkdtemp(std::string(testing::TempDir() + "template_test_XXXXXX").data());
  }
  ~TemplateFile() override {
    unlink((dir_ + "/page.html").c_str());
    unlink((dir_ + "/ours/page.html").c_str());
    rmdir((dir_ + "/ours").c_str());
    rmdir((dir_ + "/sub").c_str());
    rmdir(dir_.c_str());
  }
  void write(const std::string& content) const {
    std::ofstream(dir_ + "/page.html", std::ios::binary) << content;
  }
  // What load says about a file it cannot use.
  std::string fault_of_load(const std::string& file) const {
    try {
      Template::load(dir_, file);
      return "loaded";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::config);
      return error.what();
    }
  }

  std::string dir_;
};

TEST(HtmlEscape, TurnsTheFiveSpecialCharactersIntoReferences) {
  EXPECT_EQ(html_escape("&<>\"'"), "&amp;&lt;&gt;&quot;&#39;");
  EXPECT_EQ(html_escape("<script>alert('x')</script>"),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  EXPECT_EQ(html_escape("&amp;"), "&amp;amp;");
  EXPECT_EQ(html_escape("张三 😀 a/b=c"), "张三 😀 a/b=c");
  EXPECT_EQ(html_escape(""), "");
}

TEST(Template, FillsEachPlace) {
  const Template page("<p title=\"{{title}}\">{{name}}, {{name}}</p>");
  EXPECT_EQ(page.render({{"name", "张三"}, {"title", "t"}}), "<p title=\"t\">张三, 张三</p>");
}

TEST(Template, FillsPlacesAtBothEndsAndSideBySide) {
  EXPECT_EQ(Template("{{a}}{{b}}-{{a}}").render({{"a", "1"}, {"b", "2"}}), "12-1");
}

TEST(Template, EscapesValuesForTextAndAttributes) {
  const std::string out = Template("<a title='{{v}}'>{{v}}</a>").render({{"v", "'><script>&\""}});
  EXPECT_EQ(out,
            "<a title='&#39;&gt;&lt;script&gt;&amp;&quot;'>&#39;&gt;&lt;script&gt;&amp;&quot;</a>");
}

TEST(Template, LeavesItsOwnHtmlAlone) {
  EXPECT_EQ(Template("<b>&amp; '\"</b>").render({}), "<b>&amp; '\"</b>");
  EXPECT_EQ(Template("").render({}), "");
}

TEST(Template, ValuesAreNotSearchedForPlacesInTheirTurn) {
  EXPECT_EQ(Template("{{a}}|{{b}}").render({{"a", "{{b}}"}, {"b", "}}{{a}}"}}), "{{b}}|}}{{a}}");
}

TEST(Template, AnUnusedValueDoesNoHarm) {
  EXPECT_EQ(Template("x{{a}}").render({{"unused", "u"}, {"a", "1"}}), "x1");
}

TEST(Template, APlaceThatNoValueWasGivenForIsAnError) {
  EXPECT_EQ(fault_of("<p>{{nick}}</p>"), "a template asks for nick");
  EXPECT_EQ(fault_of("{{Name}}"), "a template asks for Name");
  EXPECT_EQ(fault_of("{{ name }}"), "a template asks for  name ");
  EXPECT_EQ(fault_of("{{}}"), "a template asks for ");
  EXPECT_EQ(fault_of("{{nick{{name}}"), "a template asks for nick{{name");
}

TEST(Template, BracesThatAreNoPlaceStayAsTheyAre) {
  EXPECT_EQ(Template("a {{name").render({{"name", "v"}}), "a {{name");
  EXPECT_EQ(Template("{{name}} and {{name").render({{"name", "v"}}), "v and {{name");
  EXPECT_EQ(Template("}} {{name}}").render({{"name", "v"}}), "}} v");
  EXPECT_EQ(Template("body { color: red } {{name}}").render({{"name", "v"}}),
            "body { color: red } v");
  EXPECT_EQ(Template("{name}").render({{"name", "v"}}), "{name}");
}

TEST_F(TemplateFile, IsLoadedAsItStands) {
  const std::string html = "<p>登录成功</p>\r\n{{name}}\0\n"s;
  write(html);
  EXPECT_EQ(Template::load(dir_, "page.html").render({{"name", "v"}}), "<p>登录成功</p>\r\nv\0\n"s);
}

TEST_F(TemplateFile, IsTakenFromTheFirstDirectoryThatHasIt) {
  const std::string ours = dir_ + "/ours";
  mkdir(ours.c_str(), 0700);
  write("installed");
  const std::string both = ours + ":" + dir_;
  EXPECT_EQ(find_in(both, "page.html"), dir_ + "/page.html");
  EXPECT_EQ(Template::load(both, "page.html").text(), "installed");
  EXPECT_EQ(Template::load("/nowhere:" + both + ":/nowhere", "page.html").text(), "installed");
  std::ofstream(ours + "/page.html") << "ours";
  EXPECT_EQ(Template::load(both, "page.html").text(), "ours");
  EXPECT_EQ(find_in(both, "other.html"), dir_ + "/other.html");
  // One that is there and cannot be used is no reason to show another.
  std::ofstream(ours + "/page.html", std::ios::trunc);
  EXPECT_THROW(Template::load(both, "page.html"), Error);
}

TEST_F(TemplateFile, ThatIsMissingIsAFaultOfTheSettingsThatNamesIt) {
  EXPECT_EQ(fault_of_load("page.html"), "TEMPLATE_DIR has no readable " + dir_ + "/page.html");
}

TEST_F(TemplateFile, ThatIsEmptyOrADirectoryIsRefused) {
  write("");
  EXPECT_EQ(fault_of_load("page.html"), "TEMPLATE_DIR has no readable " + dir_ + "/page.html");
  mkdir((dir_ + "/sub").c_str(), 0700);
  EXPECT_EQ(fault_of_load("sub"), "TEMPLATE_DIR has no readable " + dir_ + "/sub");
}

}  // namespace
}  // namespace scanlogin
