#include "api/csv_field.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace std::string_literals;

namespace scanlogin {
namespace {

TEST(CsvField, IsTheTextInQuotes) {
  for (const std::string text :
       {"", "a", "张三 😀", "1=1", "a-b", "x@y.z", "a\r\nb", "a, b; c", "5", "user_1", "2026-01-31",
        "🎉=1", "张＝三", "a b=c", "'", "[1,-2]", "a，-b"}) {
    EXPECT_EQ(csv_field(text), '"' + text + '"');
  }
  EXPECT_EQ(csv_field("a\"b\"\"c"), R"("a""b""""c")");
}

TEST(CsvField, ASignAtTheBeginningGetsAnApostropheInEachOfItsForms) {
  for (const std::string sign : {"=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫",
                                 "−", "⁼", "⁺", "⁻", "₌", "₊", "₋"}) {
    EXPECT_EQ(csv_field(sign + "1+1"), "\"'" + sign + "1+1\"");
    EXPECT_EQ(csv_field(sign), "\"'" + sign + "\"");
    EXPECT_EQ(csv_field("x" + sign + "1"), "\"x" + sign + "1\"") << "not at the beginning";
  }
}

TEST(CsvField, AlsoBehindWhatAProgramStrips) {
  for (const std::string& passed :
       {" "s,      "   "s,    "\u00a0"s, "\u3000"s, "\u2003"s, "\u2009"s,       "\u202f"s,
        "\ufeff"s, "\u200b"s, "\u200d"s, "\u200e"s, "\u202e"s, "\u2060"s,       "\u2066"s,
        "\u00ad"s, "\u034f"s, "\u180e"s, "\u3164"s, "\ufe0f"s, "\U000e0020"s,   "\U000e0100"s,
        "\x01"s,   "\0"s,     "\x7f"s,   "\u0085"s, "\v"s,     "\ufeff \u200b"s}) {
    EXPECT_EQ(csv_field(passed + "=1"), "\"" + passed + "'=1\"");
    EXPECT_EQ(csv_field(passed + "＝1"), "\"" + passed + "'＝1\"");
  }
  EXPECT_EQ(csv_field("\"=1"), R"("""'=1")");
}

TEST(CsvField, AlsoBehindWhatIsASeparatorSomewhere) {
  for (const std::string separator : {";", "|", "\t", "\n", "\r", "\r\n", "；", "｜"}) {
    EXPECT_EQ(csv_field("x" + separator + "=1"), "\"x" + separator + "'=1\"");
    EXPECT_EQ(csv_field("x" + separator + " ＋1"), "\"x" + separator + " '＋1\"");
    EXPECT_EQ(csv_field("x" + separator + "\"=1"), "\"x" + separator + "\"\"'=1\"");
    EXPECT_EQ(csv_field("x" + separator + "y"), "\"x" + separator + "y\"");
  }
}

TEST(CsvField, ATabOrLineEndAtTheBeginningGetsAnApostropheItself) {
  EXPECT_EQ(csv_field("\ta"), "\"'\ta\"");
  EXPECT_EQ(csv_field("\r=1"), "\"'\r'=1\"");
  EXPECT_EQ(csv_field("\n=1"), "\"'\n'=1\"");
}

TEST(CsvField, BytesThatAreNotUtf8AreReplaced) { EXPECT_EQ(csv_field("a\xff"), "\"a\ufffd\""); }

}  // namespace
}  // namespace scanlogin
