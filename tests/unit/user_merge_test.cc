#include "domain/admin/user_merge.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

using namespace std::string_literals;

namespace scanlogin {
namespace {

// What is wrong with a body; empty if nothing is.
std::string fault_of(const std::string& body) {
  const auto parsed = parse_user_merge(body);
  const auto* bad = std::get_if<BadParameter>(&parsed);
  return bad != nullptr ? bad->name : "";
}

TEST(UserMerge, HoldsWhatTheBodySays) {
  const auto parsed =
      parse_user_merge(R"({"from":9007199254740993,"keep":["gender","nickname"],"confirm":"u"})");
  const auto& merge = std::get<UserMerge>(parsed);
  EXPECT_EQ(merge.from, 9007199254740993);
  EXPECT_EQ(merge.keep, (std::vector<std::string>{"gender", "nickname"}));
  EXPECT_EQ(merge.confirm, "u");
}

TEST(UserMerge, AnIdMayBeATextOfItsDigits) {
  const auto parsed = parse_user_merge(R"({"from":"9007199254740993"})");
  EXPECT_EQ(std::get<UserMerge>(parsed).from, 9007199254740993);
}

TEST(UserMerge, KeepsNothingByItselfAndIsNotConfirmed) {
  for (const char* body : {R"({"from":1})", R"({"from":1,"keep":[],"confirm":1})"}) {
    const auto parsed = parse_user_merge(body);
    EXPECT_TRUE(std::get<UserMerge>(parsed).keep.empty()) << body;
    EXPECT_FALSE(std::get<UserMerge>(parsed).confirm) << body;
  }
}

TEST(UserMerge, ABadBodyIsNamedByItsField) {
  for (const char* body : {"", "x", "[]", "1", "null", R"({"from":1,"from":2})"}) {
    EXPECT_EQ(fault_of(body), "body") << body;
  }
  for (const char* from : {"0", "-1", "1.5", "\"x\"", "\"\"", "\"0\"", "\"1 \"", "[1]", "null",
                           "9223372036854775808"}) {
    EXPECT_EQ(fault_of(R"({"from":)"s + from + "}"), "from") << from;
  }
  EXPECT_EQ(fault_of("{}"), "from");
  for (const char* keep : {"null", "\"gender\"", "{}", "[1]", R"(["Gender"])", R"(["username"])",
                           R"(["is_staff"])", R"(["gender",null])", R"([""])"}) {
    EXPECT_EQ(fault_of(R"({"from":1,"keep":)"s + keep + "}"), "keep") << keep;
  }
  EXPECT_EQ(fault_of(R"({"from":1,"into":2})"), "into");
}

TEST(UserMerge, FourFieldsMayBeKept) {
  EXPECT_TRUE(are_keepable({}));
  EXPECT_TRUE(are_keepable({"nickname", "avatar_url", "gender", "phone_number"}));
  for (const char* name : {"", "Nickname", "username", "is_active", "is_staff", "id"}) {
    EXPECT_FALSE(are_keepable({"nickname", name})) << name;
  }
}

}  // namespace
}  // namespace scanlogin
