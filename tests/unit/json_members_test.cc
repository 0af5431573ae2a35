#include <gtest/gtest.h>

#include <string>
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

}  // namespace
}  // namespace scanlogin
