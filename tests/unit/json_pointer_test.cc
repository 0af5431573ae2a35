// JSON pointers (RFC 6901), and values by themselves.
#include <gtest/gtest.h>

#include <string>

#include "base/json.h"

namespace scanlogin {
namespace {

std::string at(const std::string& json, const std::string& pointer) {
  const std::optional<Json> found = Json::parse(json).value().at(pointer);
  return found ? found->text() : "nothing";
}

// RFC 6901 section 5, without the name that holds a NUL's neighbours.
constexpr const char* kExample = R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,)"
                                 R"("i\\j":5,"k\"l":6," ":7,"m~n":8})";

TEST(JsonPointer, FindsWhatTheRfcSays) {
  EXPECT_EQ(at(kExample, "").substr(0, 7), R"({"foo":)");
  EXPECT_EQ(at(kExample, "/foo"), R"(["bar","baz"])");
  EXPECT_EQ(at(kExample, "/foo/0"), R"("bar")");
  EXPECT_EQ(at(kExample, "/"), "0");
  EXPECT_EQ(at(kExample, "/a~1b"), "1");
  EXPECT_EQ(at(kExample, "/c%d"), "2");
  EXPECT_EQ(at(kExample, "/e^f"), "3");
  EXPECT_EQ(at(kExample, "/g|h"), "4");
  EXPECT_EQ(at(kExample, R"(/i\j)"), "5");
  EXPECT_EQ(at(kExample, R"(/k"l)"), "6");
  EXPECT_EQ(at(kExample, "/ "), "7");
  EXPECT_EQ(at(kExample, "/m~0n"), "8");
}

TEST(JsonPointer, FindsNothingWhereNothingIs) {
  for (const char* pointer : {"/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/+0", "/foo/", "/foo/0/0",
                              "/foo/99999999999999999999", "/foo/-1", "//", "/Foo", "foo", "/m~n",
                              "/m~", "/m~2n", "~0"}) {
    EXPECT_EQ(at(kExample, pointer), "nothing") << pointer;
  }
  EXPECT_EQ(at("[[7]]", "/0/0"), "7");
  EXPECT_EQ(at(R"({"~1":7})", "/~01"), "7") << "~0 last";
  EXPECT_EQ(at(R"({"0":7})", "/0"), "7") << "a name, in an object";
  EXPECT_EQ(at("7", "/0"), "nothing");
}

TEST(JsonPointer, IsEmptyOrBeginsWithASlash) {
  for (const char* pointer : {"", "/", "/a/b", "/~0~1"}) EXPECT_TRUE(Json::is_pointer(pointer));
  for (const char* text : {"a", "#/a", "/~", "/~2", "/~~0", "~1"})
    EXPECT_FALSE(Json::is_pointer(text));
}

TEST(JsonValue, IsOfOneType) {
  const auto value = [](const char* json) { return Json::parse(json).value(); };
  EXPECT_EQ(value(R"("a")").string(), "a");
  EXPECT_EQ(value("7").string(), std::nullopt);
  EXPECT_EQ(value("true").boolean(), true);
  EXPECT_EQ(value("1").boolean(), std::nullopt);
  EXPECT_TRUE(value("null").is_null());
  EXPECT_FALSE(value("0").is_null());
  EXPECT_TRUE(value("[]").is_array());
  EXPECT_FALSE(value("{}").is_array());
}

TEST(JsonValue, AWholeNumberIsWrittenInDigits) {
  const auto digits = [](const char* json) {
    return Json::parse(json).value().whole_number().value_or("none");
  };
  EXPECT_EQ(digits("0"), "0");
  EXPECT_EQ(digits("-0"), "0");
  EXPECT_EQ(digits("5.0"), "5");
  EXPECT_EQ(digits("1e3"), "1000");
  EXPECT_EQ(digits("9007199254740993"), "9007199254740993");
  EXPECT_EQ(digits("-123456789012345678901234567890"), "-123456789012345678901234567890");
  for (const char* other : {"1.5", "1e300", "1e999", R"("7")", "null", "true", "[7]"}) {
    EXPECT_EQ(digits(other), "none") << other;
  }
}

TEST(JsonValue, HasMembersOrElements) {
  const Json object = Json::parse(R"({"b":[1,{"c":2}],"a":null})").value();
  const auto members = object.members();
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].first, "b");
  EXPECT_EQ(members[1].first, "a");
  ASSERT_EQ(members[0].second.elements().size(), 2U);
  EXPECT_EQ(members[0].second.elements()[1].text(), R"({"c":2})");
  EXPECT_TRUE(object.elements().empty());
  EXPECT_TRUE(members[0].second.members().empty());
}

}  // namespace
}  // namespace scanlogin
