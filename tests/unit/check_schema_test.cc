// Which tables `scanlogin-admin check` takes for those of sql/schema.sql.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/check/schema.h"

namespace scanlogin::check {
namespace {

ActualColumns good_columns() {
  ActualColumns actual;
  for (const Column& column : kColumns) {
    ActualColumn& one = actual[std::string(column.table) + "." + std::string(column.name)];
    one.type = column.holds == Holds::flag   ? "tinyint"
               : column.holds == Holds::id   ? "bigint"
               : column.holds == Holds::time ? "datetime"
                                             : "varchar";
    one.characters = column.characters;
    one.charset = "utf8mb4";
    one.collation = "utf8mb4_bin";
    one.counts_up = column.name == "id";
  }
  return actual;
}

std::vector<ActualKey> good_keys() {
  std::vector<ActualKey> actual;
  for (const Key& key : kKeys) {
    actual.push_back({std::string(key.table), std::string(key.columns), key.unique});
  }
  return actual;
}

using Words = std::vector<std::string>;

TEST(CheckSchema, TheShippedOneIsRight) {
  EXPECT_EQ(wrong_columns(good_columns()), Words());
  EXPECT_TRUE(missing_keys(good_keys()).empty());
}

TEST(CheckSchema, EachColumnIsMissed) {
  for (const auto& [name, column] : good_columns()) {
    ActualColumns actual = good_columns();
    actual.erase(name);
    EXPECT_EQ(wrong_columns(actual), Words{name + " is missing"});
  }
}

TEST(CheckSchema, TypesThatCannotHoldItAreWrong) {
  ActualColumns actual = good_columns();
  actual["user_user.date_joined"].type = "varchar";
  actual["user_oauth.oauth_id"].characters = 100;
  actual["user_user.nickname"].charset = "latin1";
  actual["user_user.id"].counts_up = false;
  EXPECT_EQ(wrong_columns(actual), (Words{"user_user.id does not count up (AUTO_INCREMENT)",
                                          "user_user.date_joined is of the type varchar",
                                          "user_user.nickname is not in utf8mb4",
                                          "user_oauth.oauth_id holds 100 characters, not 200"}));
}

TEST(CheckSchema, IdsHaveToDifferInCase) {
  ActualColumns actual = good_columns();
  actual["user_oauth.oauth_id"].collation = "utf8mb4_general_ci";
  ASSERT_EQ(wrong_columns(actual).size(), 1U);
}

TEST(CheckSchema, MoreIsRightAsWell) {
  ActualColumns columns = good_columns();
  columns["user_user.of_the_site"] = {.type = "json"};
  columns["user_user.avatar_url"].type = "longtext";
  columns["user_user.avatar_url"].characters = 4'294'967'295;
  columns["user_user.id"].type = "int";
  EXPECT_EQ(wrong_columns(columns), Words());
}

TEST(CheckSchema, EachKeyIsMissed) {
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    std::vector<ActualKey> actual = good_keys();
    actual.erase(actual.begin() + static_cast<std::ptrdiff_t>(i));
    const auto missing = missing_keys(actual);
    // Another key that begins so stands for it.
    ASSERT_LE(missing.size(), 1U);
    if (!missing.empty()) {
      EXPECT_EQ(missing[0].columns, kKeys[i].columns);
    }
    if (kKeys[i].unique) {
      EXPECT_EQ(missing.size(), 1U) << kKeys[i].columns;
    }
  }
}

TEST(CheckSchema, AKeyThatIsNotUniqueStandsForNoUniqueOne) {
  std::vector<ActualKey> actual = good_keys();
  for (ActualKey& key : actual) {
    if (key.columns == "oauth_type,oauth_id") key.unique = false;
  }
  ASSERT_EQ(missing_keys(actual).size(), 1U);
  actual.push_back({"user_oauth", "oauth_type,oauth_id,user_id", true});
  EXPECT_EQ(missing_keys(actual).size(), 1U) << "unique by more columns is not unique by fewer";
}

TEST(CheckSchema, ALongerKeyStandsForASearch) {
  std::vector<ActualKey> actual;
  for (ActualKey key : good_keys()) {
    if (!key.unique) key.columns += ",id";
    actual.push_back(key);
  }
  EXPECT_TRUE(missing_keys(actual).empty());
}

}  // namespace
}  // namespace scanlogin::check
