// Ids that come late, and gaps that stay.

#include "domain/users/seen_ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace scanlogin {
namespace {

using Clock = SeenIds::Clock;

class SeenIdsTest : public testing::Test {
 protected:
  void see(std::int64_t id) { ids_.see(id, now_); }
  // Every id below the newest that is in a range and was not seen.
  std::set<std::int64_t> asked_for(std::size_t most = 64) {
    std::set<std::int64_t> all;
    const auto ranges = ids_.waited_for(most, now_);
    EXPECT_LE(ranges.size(), most);
    for (const SeenIds::Range& range : ranges) {
      EXPECT_LE(range.first, range.last);
      for (std::int64_t id = range.first; id <= range.last; ++id) {
        if (ids_.is_new(id)) all.insert(id);
      }
    }
    return all;
  }

  SeenIds ids_;
  Clock::time_point now_ = Clock::now();
};

TEST_F(SeenIdsTest, OneAfterTheOtherLeavesNothingToWaitFor) {
  for (std::int64_t id = 1; id <= 100; ++id) see(id);
  EXPECT_EQ(ids_.last(), 100);
  EXPECT_TRUE(ids_.waited_for(64, now_).empty());
  EXPECT_FALSE(ids_.is_new(100));
  EXPECT_TRUE(ids_.is_new(101));
}

TEST_F(SeenIdsTest, WhatWasPassedOverIsWaitedForAndComesOnce) {
  see(1);
  see(5);
  EXPECT_EQ(asked_for(), (std::set<std::int64_t>{2, 3, 4}));
  EXPECT_TRUE(ids_.is_new(3));
  see(3);
  EXPECT_FALSE(ids_.is_new(3));
  EXPECT_EQ(asked_for(), (std::set<std::int64_t>{2, 4}));
  see(2);
  see(4);
  EXPECT_TRUE(asked_for().empty());
  EXPECT_EQ(ids_.last(), 5);
}

TEST_F(SeenIdsTest, UpToTheBeginningNothingIsWaitedFor) {
  see(7);
  ids_.begin(1000);
  EXPECT_TRUE(asked_for().empty());
  EXPECT_FALSE(ids_.is_new(3));
  see(1003);
  EXPECT_EQ(asked_for(), (std::set<std::int64_t>{1001, 1002}));
}

TEST_F(SeenIdsTest, AfterTenMinutesItIsGivenUp) {
  see(3);
  now_ += std::chrono::minutes(6);
  see(6);
  now_ += std::chrono::minutes(4) + std::chrono::seconds(1);
  EXPECT_EQ(asked_for(), (std::set<std::int64_t>{4, 5}));
  EXPECT_FALSE(ids_.is_new(1));
}

TEST_F(SeenIdsTest, WhatIsTooFarBehindIsGivenUp) {
  see(10);
  see(SeenIds::kWidest + 8);
  EXPECT_EQ(*asked_for().begin(), 8) << "of the gap in which the bound lies the part behind it";
  EXPECT_FALSE(ids_.is_new(7));
  EXPECT_TRUE(ids_.is_new(9));
}

// Three nodes write, each in steps of its own, in no order among each other: two thirds of the ids
// of a node that writes alone never come.
TEST_F(SeenIdsTest, ThreeNodesInStepsOfThree) {
  constexpr std::int64_t kRows = 9000;
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same each time
  std::map<std::int64_t, int> passed_on;
  std::vector<std::int64_t> late;
  std::int64_t next = 1;
  const auto take = [&](std::int64_t id) {
    if (ids_.is_new(id)) ++passed_on[id];
    see(id);
  };
  std::set<std::int64_t> written;
  for (std::int64_t row = 0; row < kRows; ++row) {
    const std::int64_t id = next + (random() % 10 == 0 ? random() % 3 : 0);
    next += 3;
    written.insert(id);
    if (random() % 20 == 0) {
      late.push_back(id);
    } else {
      take(id);
    }
    // Once a second or so what is waited for is asked for; all that has come by then is there.
    if (row % 100 == 99) {
      const std::set<std::int64_t> asked = asked_for();
      for (const std::int64_t one : late) {
        EXPECT_TRUE(one > ids_.last() || asked.contains(one)) << one;
        take(one);
      }
      late.clear();
    }
  }
  EXPECT_EQ(passed_on.size(), written.size());
  EXPECT_TRUE(std::all_of(passed_on.begin(), passed_on.end(),
                          [](const auto& one) { return one.second == 1; }));
  EXPECT_FALSE(ids_.waited_for(64, now_).empty()) << "for ever";
}

}  // namespace
}  // namespace scanlogin
