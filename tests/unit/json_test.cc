#include "base/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace std::string_literals;

namespace scanlogin {
namespace {

// What parse makes of a text, as text; "refused" for nothing.
std::string parsed(const std::string& text) {
  const std::optional<Json> json = Json::parse(text);
  return json ? json->text() : "refused";
}

TEST(JsonText, ShowsMembersInTheOrderTheyWereGiven) {
  EXPECT_EQ(Json::object().with("z", 1).with("a", "x").with("m", Json::object()).text(),
            R"({"z":1,"a":"x","m":{}})");
  EXPECT_EQ(Json::object().text(), "{}");
  EXPECT_EQ(Json::array().text(), "[]");
  EXPECT_EQ(Json::object().with("l", Json::array().push(Json::object().with("a", 1))).text(),
            R"({"l":[{"a":1}]})");
}

TEST(JsonText, ShowsATextThatMayBeMissingAsNull) {
  const std::optional<std::string> text = "x", none;
  EXPECT_EQ(Json::object().with("a", text).with("b", none).text(), R"({"a":"x","b":null})");
}

TEST(JsonText, LeavesUtf8AndSlashesAsTheyAre) {
  EXPECT_EQ(Json::object().with("n", "张三😀/é").text(), R"({"n":"张三😀/é"})");
}

TEST(JsonText, EscapesQuotesBackslashesAndControlCharacters) {
  EXPECT_EQ(Json::object().with("n", "\"\\\b\f\n\r\t\x01\x1f").text(),
            R"({"n":"\"\\\b\f\n\r\t\u0001\u001f"})");
}

TEST(JsonText, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(Json::object().with("n", "a\xff\xed\xa0\x80z").text(),
            "{\"n\":\"a\ufffd\ufffd\ufffd\ufffdz\"}");
}

TEST(JsonText, CutsTextAtANul) {
  EXPECT_EQ(Json::object().with("n", std::string_view("ab\0cd", 5)).text(), R"({"n":"ab"})");
}

TEST(JsonText, ShowsIntegersExactlyUpTo2To53) {
  const std::vector<std::int64_t> numbers = {0,
                                             1,
                                             -1,
                                             2147483647,
                                             2147483648,
                                             -2147483649,
                                             6020000000,
                                             999999999999999,
                                             1234567890123457,
                                             9007199254740990,
                                             9007199254740991,
                                             9007199254740992,
                                             -9007199254740991};
  for (const std::int64_t number : numbers) {
    EXPECT_EQ(Json::object().with("n", number).text(), "{\"n\":" + std::to_string(number) + "}");
  }
}

TEST(JsonParse, AcceptsOneValueWithWhiteSpaceAround) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{}", "{}"},
      {" \t\r\n{ \"a\" :\r\n1 } \n", R"({"a":1})"},
      {R"([1,-2,0.5,1e3,true,false,null,"x"])", R"([1,-2,0.5,1000,true,false,null,"x"])"},
      {R"("x")", R"("x")"},
      {"0", "0"},
      {"-0.5e-1", "-0.05"},
      {R"({"":1})", R"({"":1})"},
      {R"({"a":"\u5f20\u4e09\ud83d\ude00\/\\u0000"})", R"({"a":"张三😀/\\u0000"})"},
      {"{\"a\":\"\x7f\"}", "{\"a\":\"\x7f\"}"},
  };
  for (const auto& [given, expected] : cases) EXPECT_EQ(parsed(given), expected) << given;
}

TEST(JsonParse, RefusesWhatIsNotJson) {
  const std::vector<std::string> cases = {
      "",
      " ",
      "{",
      "}",
      "{]",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{,}",
      "[1,]",
      "[,1]",
      "[1 2]",
      "{a:1}",
      "{'a':1}",
      "{\"a\" 1}",
      "{\"a\":1;}",
      "tru",
      "True",
      "nul",
      "nan",
      "NaN",
      "Infinity",
      "-",
      "+1",
      ".5",
      "1e",
      "1e+",
      "0x10",
      "\"a",
      "\"\\",
      "\"\\q\"",
      "\"\\u12\"",
      "/**/{}",
      "{}//x",
      "--1",
      "\"\\ud800\"",
      "\"\\udc00\"",
      "\"\\ud800\\u0041\"",
  };
  for (const std::string& text : cases) EXPECT_EQ(parsed(text), "refused") << text;
}

TEST(JsonParse, RefusesAnythingBehindTheValue) {
  for (const std::string& tail : {"x"s, "{}"s, "}"s, ","s, "\0"s, " \0"s, "\n1"s, "\"\""s}) {
    EXPECT_EQ(parsed("{\"a\":1}" + tail), "refused") << "{\"a\":1} and then " << tail;
  }
}

// RFC 8259 section 6; a parser that takes 010 for 10 disagrees with one that refuses it.
TEST(JsonParse, RefusesNumbersThatAreNotJson) {
  for (const char* number : {"01", "-01", "00", "1.", "-1.", "-.5", "1.e5", "-0.e1"}) {
    EXPECT_EQ(parsed(number), "refused") << number;
    EXPECT_EQ(parsed("{\"id\":"s + number + "}"), "refused") << number;
  }
}

// RFC 8259 section 2: space, tab, line feed and carriage return, no others.
TEST(JsonParse, RefusesOtherControlCharactersAsWhiteSpace) {
  for (const char c : {'\x01', '\x08', '\x0b', '\x0c', '\x1f'}) {
    EXPECT_EQ(parsed(std::string(1, c) + "{}"), "refused") << static_cast<int>(c) << " before";
    EXPECT_EQ(parsed("{}"s + c), "refused") << static_cast<int>(c) << " behind";
    EXPECT_EQ(parsed("{"s + c + "}"), "refused") << static_cast<int>(c) << " inside";
  }
}

TEST(JsonParse, RefusesAByteOrderMark) { EXPECT_EQ(parsed("\xef\xbb\xbf{}"), "refused"); }

TEST(JsonParse, RefusesRawControlCharactersInStrings) {
  for (char c = 1; c < ' '; ++c) {
    EXPECT_EQ(parsed("{\"a\":\"x"s + c + "\"}"), "refused") << static_cast<int>(c);
  }
  EXPECT_EQ(parsed("{\"a\n\":1}"), "refused");
}

TEST(JsonParse, RefusesNulInEverySpelling) {
  EXPECT_EQ(parsed("{\"a\":\"x\0y\"}"s), "refused");
  EXPECT_EQ(parsed("{\0\"a\":1}"s), "refused");
  EXPECT_EQ(parsed("\0{}"s), "refused");
  EXPECT_EQ(parsed(R"({"a":"x\u0000y"})"), "refused");
  EXPECT_EQ(parsed(R"({"a\u0000":1})"), "refused");
  EXPECT_EQ(parsed(R"({"a":"\\\u0000"})"), "refused");
}

// cJSON reads an escape whose four digits are none as U+0000, which would cut the string there.
TEST(JsonParse, RefusesAnEscapeWithoutFourHexDigits) {
  for (const char* escape : {"\\uZZZZ", "\\u00g0", "\\u 041", "\\u+041", "\\u-001", "\\u0x41"}) {
    EXPECT_EQ(parsed("{\"a\":\"x"s + escape + "y\"}"), "refused") << escape;
  }
}

TEST(JsonParse, RefusesBytesThatAreNotUtf8) {
  for (const char* bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe4\xbd"}) {
    EXPECT_EQ(parsed("{\"a\":\""s + bad + "\"}"), "refused");
  }
}

TEST(JsonParse, RefusesAKeyTwiceAtTheTop) {
  EXPECT_EQ(parsed(R"({"a":1,"a":1})"), "refused");
  EXPECT_EQ(parsed(R"({"a":1,"b":2,"\u0061":3})"), "refused");
  EXPECT_EQ(parsed(R"({"a":1,"A":2})"), R"({"a":1,"A":2})");
  EXPECT_EQ(parsed(R"({"a":{"b":1},"b":2})"), R"({"a":{"b":1},"b":2})");
}

TEST(JsonParse, RefusesNestingPast1000) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Json::parse(nested(1000)).has_value());
  EXPECT_FALSE(Json::parse(nested(1001)).has_value());
  EXPECT_FALSE(Json::parse(nested(100000)).has_value());
}

}  // namespace
}  // namespace scanlogin
