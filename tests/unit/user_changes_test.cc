#include "domain/admin/user_changes.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

using namespace std::string_literals;

namespace scanlogin {
namespace {

// What is wrong with a body; empty if nothing is.
std::string fault_of(const std::string& body) {
  const auto parsed = parse_user_changes(body);
  const auto* bad = std::get_if<BadParameter>(&parsed);
  return bad != nullptr ? bad->name : "";
}

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(UserChanges, HoldWhatTheBodyNamesAndNothingElse) {
  const auto parsed = parse_user_changes(R"({"nickname":"张三","is_staff":true})");
  const auto& changes = std::get<UserChanges>(parsed);
  EXPECT_EQ(changes.nickname, "张三");
  EXPECT_EQ(changes.is_staff, true);
  EXPECT_FALSE(changes.phone_number || changes.gender || changes.is_active.has_value());
}

TEST(UserChanges, EachFieldIsReadIntoItsOwn) {
  const auto parsed = parse_user_changes(
      R"({"nickname":"n","phone_number":"p","gender":"g","is_active":false,"is_staff":true})");
  const auto& changes = std::get<UserChanges>(parsed);
  EXPECT_EQ(changes.nickname, "n");
  EXPECT_EQ(changes.phone_number, "p");
  EXPECT_EQ(changes.gender, "g");
  EXPECT_EQ(changes.is_active, false);
  EXPECT_EQ(changes.is_staff, true);
}

TEST(UserChanges, ATextMayBeEmpty) {
  const auto parsed = parse_user_changes(R"({"phone_number":""})");
  EXPECT_EQ(std::get<UserChanges>(parsed).phone_number, "");
}

TEST(UserChanges, ATextHasAtMost225CharactersOfAnyWidth) {
  for (const std::string name : {"nickname", "phone_number", "gender"}) {
    for (const std::string character : {"a", "张", "😀"}) {
      EXPECT_EQ(fault_of("{\"" + name + "\":\"" + times(225, character) + "\"}"), "") << name;
      EXPECT_EQ(fault_of("{\"" + name + "\":\"" + times(226, character) + "\"}"), name);
    }
  }
}

TEST(UserChanges, ATextHasNoControlCharacter) {
  for (const std::string text : {"\\u0001", "a\\nb", "\\t", "\\u007f", "\\u001b[31m"}) {
    EXPECT_EQ(fault_of("{\"nickname\":\"" + text + "\"}"), "nickname") << text;
  }
}

TEST(UserChanges, AFieldOfAnotherTypeIsRefusedByName) {
  for (const std::string value : {"1", "null", "true", "[]", "{}"}) {
    for (const std::string name : {"nickname", "phone_number", "gender"}) {
      EXPECT_EQ(fault_of("{\"" + name + "\":" + value + "}"), name) << value;
    }
  }
  for (const std::string value : {"1", "0", "null", "\"true\"", "[]", "{}"}) {
    for (const std::string name : {"is_active", "is_staff"}) {
      EXPECT_EQ(fault_of("{\"" + name + "\":" + value + "}"), name) << value;
    }
  }
}

TEST(UserChanges, AFieldThatCannotBeChangedIsRefusedByName) {
  for (const std::string name : {"id", "username", "password", "avatar_url", "is_superuser",
                                 "date_joined", "last_login", "Nickname", "nickname ", "x"}) {
    EXPECT_EQ(fault_of("{\"" + name + "\":\"x\"}"), name);
    EXPECT_EQ(fault_of("{\"" + name + "\":true}"), name);
    EXPECT_EQ(fault_of("{\"nickname\":\"a\",\"" + name + "\":true}"), name);
  }
}

TEST(UserChanges, WhatIsNoObjectOfFieldsIsABadBody) {
  for (const std::string& body :
       {""s, "{}"s, "[]"s, "null"s, "\"nickname\""s, "1"s, "{"s, "{nickname:1}"s, "nickname=a"s,
        "{\"nickname\":\"a\"}}"s, "{\"nickname\":\"\xff\"}"s, "{\"nickname\":\"a\\u0000b\"}"s,
        "{\"nickname\":\"a\",\"nickname\":\"b\"}"s, "[\"nickname\"]"s}) {
    EXPECT_EQ(fault_of(body), "body") << body;
  }
}

}  // namespace
}  // namespace scanlogin
