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

TEST(JsonMembers, AreFoundByNameCaseAndType) {
  const std::optional<Json> json = Json::parse(
      R"({"text":"张三","empty":"","number":7,"yes":true,"nothing":null,"list":[1],"o":{}})");
  ASSERT_TRUE(json.has_value());
  EXPECT_TRUE(json->is_object());
  EXPECT_TRUE(json->has("nothing"));
  EXPECT_FALSE(json->has("Text"));
  EXPECT_FALSE(json->has("absent"));
  EXPECT_EQ(json->string("text"), "张三");
  EXPECT_EQ(json->string("empty"), "");
  EXPECT_EQ(json->number("number"), 7.0);
  EXPECT_EQ(json->integer("number"), 7);
  for (const char* key : {"number", "yes", "nothing", "list", "o", "absent", "TEXT"}) {
    EXPECT_EQ(json->string(key), std::nullopt) << key;
  }
  for (const char* key : {"text", "empty", "yes", "nothing", "list", "o", "absent", "NUMBER"}) {
    EXPECT_EQ(json->number(key), std::nullopt) << key;
    EXPECT_EQ(json->integer(key), std::nullopt) << key;
  }
}

TEST(JsonMembers, AreNoneInWhatIsNotAnObject) {
  for (const char* text : {"[1,{\"a\":1}]", "\"a\"", "1", "null", "true"}) {
    const std::optional<Json> json = Json::parse(text);
    ASSERT_TRUE(json.has_value()) << text;
    EXPECT_FALSE(json->is_object()) << text;
    EXPECT_FALSE(json->has("a")) << text;
    EXPECT_EQ(json->integer("a"), std::nullopt) << text;
  }
}

TEST(JsonMembers, IntegersHaveNoFraction) {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> cases = {
      {"0", 0},
      {"-0", 0},
      {"7", 7},
      {"-7", -7},
      {"7.0", 7},
      {"1e3", 1000},
      {"9007199254740991", 9007199254740991},
      {"-9007199254740991", -9007199254740991},
      {"9007199254740994", 9007199254740994},
      {"9007199254740994.0", std::nullopt},
      {"9223372036854775808", std::nullopt},
      {"18446744073709551623", std::nullopt},
      {"1e300", std::nullopt},
      {"1e999", std::nullopt},
      {"-1e999", std::nullopt},
      {"0.5", std::nullopt},
      {"7.5", std::nullopt},
      {"1e-1", std::nullopt},
  };
  for (const auto& [number, expected] : cases) {
    const std::optional<Json> json = Json::parse("{\"n\":" + number + "}");
    ASSERT_TRUE(json.has_value()) << number;
    EXPECT_EQ(json->integer("n"), expected) << number;
  }
}

// 2^53 + 1 is the first whole number that a double takes for another one.
TEST(JsonMembers, AnIntegerIsNeverTakenForAnother) {
  for (const char* digits : {"9007199254740993", "-9007199254740993", "1724500000000000001",
                             "9223372036854775807", "-9223372036854775808"}) {
    const std::optional<Json> json =
        Json::parse("{\"a\":[1,{\"b\":2}],\"n\":" + std::string(digits) + "}");
    ASSERT_TRUE(json.has_value()) << digits;
    EXPECT_EQ(std::to_string(json->integer("n").value_or(0)), digits);
    EXPECT_EQ(json->number("n"), std::strtod(digits, nullptr));
  }
  for (const char* digits : {"9223372036854775808", "-9223372036854775809", "18446744073709551617",
                             "9007199254740993.0", "9.007199254740993e15"}) {
    const std::optional<Json> json = Json::parse("{\"n\":" + std::string(digits) + "}");
    ASSERT_TRUE(json.has_value()) << digits;
    EXPECT_EQ(json->integer("n"), std::nullopt) << digits;
    EXPECT_EQ(json->number("n"), std::strtod(digits, nullptr)) << digits;
  }
}

TEST(JsonMembers, AWholeNumberIsShownAsItWasWritten) {
  for (const char* text :
       {R"([9007199254740993,1,{"a":-1724500000000000001,"b":[2,99999999999999999999]},3])",
        "1724500000000000001", R"({"1724500000000000001":"1724500000000000001"})"}) {
    const std::optional<Json> json = Json::parse(text);
    ASSERT_TRUE(json.has_value()) << text;
    EXPECT_EQ(json->text(), text);
  }
}

TEST(JsonMembers, WhatWasBuiltCanBeReadAtOnce) {
  const Json json = Json::object().with("n", std::int64_t{1724500000000000001}).with("m", 7);
  EXPECT_EQ(json.integer("n"), 1724500000000000001);
  EXPECT_EQ(json.integer("m"), 7);
  EXPECT_EQ(json.number("m"), 7.0);
}

TEST(JsonMembers, ANumberMayBeInfinite) {
  const std::optional<Json> json = Json::parse(R"({"n":1e999})");
  ASSERT_TRUE(json.has_value());
  EXPECT_TRUE(std::isinf(json->number("n").value_or(0)));
}

TEST(JsonMembers, IntegersThatWereBuiltReadBackTheSame) {
  for (const std::int64_t number : {std::int64_t{7}, std::int64_t{9007199254740991}}) {
    const std::optional<Json> json = Json::parse(Json::object().with("n", number).text());
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->integer("n"), number);
  }
}

}  // namespace
}  // namespace scanlogin
