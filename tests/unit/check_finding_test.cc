// What `scanlogin-admin check` prints, and how it judges clocks and versions.

#include <gtest/gtest.h>

#include "domain/check/clock.h"
#include "domain/check/finding.h"
#include "domain/check/redis.h"

namespace scanlogin::check {
namespace {

const Findings kAll = {
    {.what = "a", .detail = "fine"},
    {.what = "名 b", .state = State::fault, .detail = "no\x1b[2J", .advice = "do"}};

TEST(CheckFinding, TableIsAlignedAndDrivesNoTerminal) {
  EXPECT_EQ(to_table(kAll, false),
            "a    well     fine\n"
            "名 b  fault    no\\u001b[2J\n"
            "              → do\n");
}

TEST(CheckFinding, StatesAloneAreColoured) {
  const std::string table = to_table(kAll, true);
  EXPECT_NE(table.find("a    \x1b[32mwell   \x1b[0m  fine\n"), table.npos) << table;
  EXPECT_NE(table.find("\x1b[1;31mfault  \x1b[0m"), table.npos) << table;
}

TEST(CheckFinding, JsonHasTheSame) {
  EXPECT_EQ(
      to_json({kAll[0]}).text(),
      R"({"status":"well","checks":[{"what":"a","state":"well","detail":"fine","advice":""}]})");
  EXPECT_EQ(to_json({}).text(), R"({"status":"well","checks":[]})");
}

TEST(CheckFinding, WorstCountsNoUnknown) {
  Findings all = {{.what = "a", .state = State::unknown}};
  EXPECT_EQ(worst(all), State::well);
  all.push_back({.what = "b", .state = State::warning});
  EXPECT_EQ(worst(all), State::warning);
  all.push_back({.what = "c", .state = State::fault});
  all.push_back({.what = "d"});
  EXPECT_EQ(worst(all), State::fault);
}

State clock(std::int64_t theirs, std::int64_t asked, std::int64_t answered) {
  return compare_clocks("clock", theirs, asked, answered, 1000).state;
}

TEST(CheckClock, TheTimeTheAnswerTookIsNoDifference) {
  EXPECT_EQ(clock(1'000'000, 1'000'000, 1'000'000), State::well);
  EXPECT_EQ(clock(1'000'000, 900'000, 1'100'000), State::well);
}

TEST(CheckClock, SecondsAreAWarningAndMinutesAFault) {
  EXPECT_EQ(clock(1'000'000, 1'005'999, 1'005'999), State::well);
  EXPECT_EQ(clock(1'000'000, 1'006'000, 1'006'000), State::warning);
  EXPECT_EQ(clock(1'000'000, 1'061'000, 1'061'000), State::fault);
  EXPECT_EQ(clock(1'000'000, 994'000, 994'000), State::warning);
  EXPECT_EQ(clock(1'000'000, 939'000, 939'000), State::fault);
}

TEST(CheckClock, SaysWhichWay) {
  EXPECT_EQ(compare_clocks("c", 1'000'000, 1'120'000, 1'120'000, 0).detail,
            "this machine's is 120 s ahead");
  EXPECT_EQ(compare_clocks("c", 1'000'000, 880'000, 880'000, 0).detail,
            "this machine's is 120 s behind");
}

TEST(CheckRedis, VersionsBeforeSixAreTooOld) {
  for (const char* version : {"6.0.16", "7.0.15", "10.1.2", "8"}) {
    EXPECT_TRUE(is_new_enough(version)) << version;
  }
  for (const char* version : {"5.0.14", "", "x", "-6.1", "2.8"}) {
    EXPECT_FALSE(is_new_enough(version)) << version;
  }
}

}  // namespace
}  // namespace scanlogin::check
