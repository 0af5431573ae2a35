#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace scanlogin {
namespace {

TEST(JsonMembers, ShowsBooleansAndNull) {
  EXPECT_EQ(Json::object().with("t", true).with("f", false).with("n", nullptr).text(),
            R"({"t":true,"f":false,"n":null})");
}

TEST(JsonMembers, ShowsAnArraysValuesInTheOrderTheyWerePushed) {
  EXPECT_EQ(Json::array()
                .push(Json::string_value("a\"b"))
                .push(Json::boolean_value(false))
                .push(Json::array().push(Json::boolean_value(true)))
                .push(Json::string_value(""))
                .text(),
            R"(["a\"b",false,[true],""])");
  EXPECT_EQ(Json::array().push(Json::string_value("a\xff")).text(), "[\"a\ufffd\"]");
}

TEST(JsonMembers, ABooleanIsNothingElse) {
  const Json json =
      Json::parse(R"({"t":true,"f":false,"n":null,"one":1,"zero":0,"text":"true"})").value();
  EXPECT_EQ(json.boolean("t"), true);
  EXPECT_EQ(json.boolean("f"), false);
  for (const char* key : {"n", "one", "zero", "text", "absent"}) {
    EXPECT_EQ(json.boolean(key), std::nullopt) << key;
  }
  EXPECT_FALSE(json.string("t") || json.number("t") || json.integer("t") || json.string("n"));
}

TEST(JsonMembers, KeysAreInTheirOrder) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(Json::parse(R"({"z":1,"a":{"inner":1},"":null,"\u5f20":[]})").value().keys(),
            (Names{"z", "a", "", "张"}));
  for (const char* text : {"{}", "[]", "[1,2]", "1", "null", "\"a\""}) {
    EXPECT_EQ(Json::parse(text).value().keys(), Names{}) << text;
  }
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

TEST(JsonMembers, AListOfTextsHasNothingElse) {
  const Json json =
      Json::parse(R"({"two":["a","b"],"none":[],"mixed":["a",1],"deep":[["a"]],"text":"a"})")
          .value();
  EXPECT_EQ(json.strings("two"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(json.strings("none"), std::vector<std::string>());
  for (const char* key : {"mixed", "deep", "text", "absent"}) {
    EXPECT_EQ(json.strings(key), std::nullopt) << key;
  }
}

TEST(JsonMembers, AnArraysObjectsAreCopiedWithoutWhatIsNone) {
  const Json json = Json::parse(R"({"all":[1,{"id":12345678901234567},null,{"a":1,"a":2},)"
                                R"(["b"],{"b":{"c":[]}}],"object":{}})")
                        .value();
  const std::vector<Json> all = json.objects("all").value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].integer("id"), 12345678901234567);
  EXPECT_EQ(all[1].text(), R"({"b":{"c":[]}})");
  EXPECT_FALSE(json.objects("object") || json.objects("absent"));
}

}  // namespace
}  // namespace scanlogin
