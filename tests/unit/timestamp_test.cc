#include "base/timestamp.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

using namespace std::string_literals;

namespace scanlogin {
namespace {

std::string taken(std::string_view text) { return sql_time(text).value_or("refused"); }

TEST(SqlTime, ADayIsItsBeginning) {
  EXPECT_EQ(taken("2026-01-31"), "2026-01-31 00:00:00.000000");
  EXPECT_EQ(taken("0001-01-01"), "0001-01-01 00:00:00.000000");
  EXPECT_EQ(taken("9999-12-31"), "9999-12-31 00:00:00.000000");
}

TEST(SqlTime, ATimeMayHaveUpToSixDecimals) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2026-01-31T09:30:00Z", "2026-01-31 09:30:00.000000"},
      {"2026-01-31T09:30:00.1Z", "2026-01-31 09:30:00.100000"},
      {"2026-01-31T09:30:00.123456Z", "2026-01-31 09:30:00.123456"},
      {"2026-01-31T09:30:00.000001Z", "2026-01-31 09:30:00.000001"},
      {"2026-01-31T00:00:00Z", "2026-01-31 00:00:00.000000"},
      {"2026-01-31T23:59:59Z", "2026-01-31 23:59:59.000000"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(taken(text), expected) << text;
}

TEST(SqlTime, LeapDaysAreThoseOfTheCalendar) {
  for (const char* day : {"2024-02-29", "2000-02-29", "2028-02-29"}) {
    EXPECT_EQ(taken(day), day + " 00:00:00.000000"s);
    EXPECT_EQ(taken(day + "T12:00:00Z"s), day + " 12:00:00.000000"s);
  }
  for (const char* day : {"2026-02-29", "1900-02-29", "2100-02-29", "2024-02-30"}) {
    EXPECT_EQ(taken(day), "refused") << day;
    EXPECT_EQ(taken(day + "T12:00:00Z"s), "refused") << day;
  }
}

TEST(SqlTime, WhatIsInNoCalendarAndOnNoClockIsRefused) {
  for (const char* text :
       {"0000-01-01", "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32", "2026-04-31",
        "2026-01-31T24:00:00Z", "2026-01-31T23:60:00Z", "2026-01-31T23:59:60Z"}) {
    EXPECT_EQ(taken(text), "refused") << text;
  }
}

TEST(SqlTime, WhatIsNoSuchFormIsRefused) {
  for (const std::string& text : {""s,
                                  "2026"s,
                                  "2026-1-31"s,
                                  "26-01-31"s,
                                  "2026/01/31"s,
                                  "2026-01-31 "s,
                                  " 2026-01-31"s,
                                  "20260131"s,
                                  "2026-01-3a"s,
                                  "-026-01-31"s,
                                  "2026-01-31Z"s,
                                  "2026-01-31T"s,
                                  "2026-01-31T09:30Z"s,
                                  "2026-01-31T09:30:00"s,
                                  "2026-01-31 09:30:00Z"s,
                                  "2026-01-31t09:30:00Z"s,
                                  "2026-01-31T09:30:00z"s,
                                  "2026-01-31T09:30:00+00:00"s,
                                  "2026-01-31T09:30:00.Z"s,
                                  "2026-01-31T09:30:00.1234567Z"s,
                                  "2026-01-31T09:30:00.12x4Z"s,
                                  "2026-01-31T09:30:00,1Z"s,
                                  "2026-01-31T09:30:00ZZ"s,
                                  "2026-01-31T09:30:00.1 Z"s,
                                  "Z"s,
                                  "2026-01-31T9:30:00Z"s,
                                  "2026-01-31\0"s,
                                  "2026-01-31' OR 1=1"s,
                                  "9999999999-01-31"s}) {
    EXPECT_EQ(taken(text), "refused") << text;
  }
}

TEST(JsonTime, ShowsWhatMysqlHasAsRfc3339) {
  EXPECT_EQ(json_time("2026-01-31 09:30:00.123456"), "2026-01-31T09:30:00.123456Z");
  EXPECT_EQ(json_time("2026-01-31 00:00:00.000000"), "2026-01-31T00:00:00.000000Z");
}

TEST(JsonTime, HasAsManyDecimalsAsTheColumn) {
  EXPECT_EQ(json_time("2026-01-31 09:30:00"), "2026-01-31T09:30:00Z");
  EXPECT_EQ(json_time("2026-01-31 09:30:00.123"), "2026-01-31T09:30:00.123Z");
}

TEST(JsonTime, OfADateWithAZeroIsNone) {
  for (const char* sql : {"0000-00-00 00:00:00", "0000-00-00 00:00:00.000000",
                          "2026-00-00 00:00:00", "2026-01-00 09:30:00.000000", ""}) {
    EXPECT_EQ(json_time(sql), std::nullopt) << sql;
  }
}

TEST(SqlTime, IsWhatARowMayHold) {
  for (const char* text :
       {"2026-01-31 09:30:00", "2026-01-31 09:30:00.1", "2026-01-31 09:30:00.123456",
        "0000-00-00 00:00:00", "0000-00-00 00:00:00.000000", "2026-00-00 00:00:00",
        "2026-12-00 23:59:59", "9999-12-31 23:59:59.999999"}) {
    EXPECT_TRUE(is_sql_time(text)) << text;
  }
  for (const char* text :
       {"", "2026-01-31", "2026-01-31T09:30:00", "2026-01-31 09:30:00.", "2026-01-31 09:30:00Z",
        "2026-01-31 09:30:00.1234567", "2026-02-30 00:00:00", "2026-13-01 00:00:00",
        "2026-13-00 00:00:00", "2026-00-32 00:00:00", "2026-01-31 24:00:00",
        "2026-01-31 09:30:00.12 4", "x026-01-31 09:30:00"}) {
    EXPECT_FALSE(is_sql_time(text)) << text;
  }
}

TEST(JsonTime, IsTakenBackAsTheSameTime) {
  for (const char* sql : {"2026-01-31 09:30:00.123456", "2024-02-29 23:59:59.000000"}) {
    EXPECT_EQ(taken(json_time(sql).value_or("none")), sql);
  }
}

}  // namespace
}  // namespace scanlogin
