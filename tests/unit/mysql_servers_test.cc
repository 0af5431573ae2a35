// Which of several MySQL servers is used.

#include "clients/mysql_servers.h"

#include <gtest/gtest.h>

#include <vector>

namespace scanlogin::mysql {
namespace {

using enum ServerState;
using Order = std::vector<std::size_t>;

class MysqlServersTest : public testing::Test {
 protected:
  bool report(std::size_t server, ServerState state) {
    return servers_.report(server, state, now_);
  }
  Order order() const { return servers_.order(now_); }

  Servers servers_{3};
  Servers::Clock::time_point now_ = Servers::Clock::now();
};

TEST_F(MysqlServersTest, TheFirstIsTriedFirst) {
  EXPECT_EQ(order(), (Order{0, 1, 2}));
  EXPECT_EQ(servers_.used(), 0U);
  EXPECT_FALSE(report(0, well));
  EXPECT_FALSE(report(2, well));
  EXPECT_EQ(order(), (Order{0, 1, 2}));
}

TEST_F(MysqlServersTest, TheNextTakesThePlaceOfOneThatIsLost) {
  report(0, well);
  EXPECT_TRUE(report(0, lost));
  EXPECT_EQ(servers_.used(), 1U);
  EXPECT_EQ(order(), (Order{1, 2, 0}));
  EXPECT_TRUE(report(1, lost));
  EXPECT_EQ(servers_.used(), 2U);
  EXPECT_FALSE(report(1, lost)) << "which is known";
}

TEST_F(MysqlServersTest, OneThatWasNotWellHasToBeSoForASecondBeforeItIsPreferred) {
  report(1, well);
  report(0, lost);
  EXPECT_FALSE(report(0, well));
  EXPECT_EQ(servers_.used(), 1U);
  now_ += std::chrono::milliseconds(999);
  EXPECT_FALSE(report(0, well));
  now_ += std::chrono::milliseconds(1);
  EXPECT_TRUE(report(0, well));
  EXPECT_EQ(servers_.used(), 0U);
}

TEST_F(MysqlServersTest, ButAtOnceWhereNoneIsWell) {
  for (const std::size_t server : {0U, 1U, 2U}) report(server, lost);
  EXPECT_TRUE(report(1, well));
  EXPECT_EQ(order(), (Order{1, 0, 2}));
}

TEST_F(MysqlServersTest, TheSecondBeginsAnewWithEachLoss) {
  report(1, well);
  report(0, lost);
  report(0, well);
  now_ += std::chrono::milliseconds(900);
  report(0, lost);
  report(0, well);
  now_ += std::chrono::milliseconds(900);
  EXPECT_FALSE(report(0, well));
  EXPECT_EQ(servers_.used(), 1U);
}

TEST_F(MysqlServersTest, LaggingIsBetterThanRefusingAndRefusingBetterThanLost) {
  report(0, lost);
  report(1, refusing);
  report(2, lagging);
  EXPECT_EQ(order(), (Order{2, 1, 0}));
  EXPECT_EQ(servers_.used(), 2U);
  report(1, well);
  EXPECT_EQ(servers_.used(), 1U);
}

TEST_F(MysqlServersTest, WatchedAreTheOneInUseAndThoseBeforeIt) {
  EXPECT_TRUE(servers_.is_watched(0));
  EXPECT_FALSE(servers_.is_watched(1));
  report(0, well);
  EXPECT_FALSE(servers_.is_watched(1));
  report(0, lost);
  report(1, well);
  EXPECT_TRUE(servers_.is_watched(0));
  EXPECT_TRUE(servers_.is_watched(1));
  EXPECT_FALSE(servers_.is_watched(2));
}

TEST_F(MysqlServersTest, AllAreWhileTheOneInUseIsNotWell) {
  for (const std::size_t server : {0U, 1U, 2U}) report(server, refusing);
  EXPECT_TRUE(servers_.is_watched(2));
  report(1, lagging);
  EXPECT_TRUE(servers_.is_watched(2));
  report(1, well);
  EXPECT_FALSE(servers_.is_watched(2));
}

TEST(MysqlServerState, FollowsFromWhatAServerSaysOfItself) {
  EXPECT_EQ(state_of({}, Use::writes), well);
  EXPECT_EQ(state_of({.read_only = true}, Use::writes), refusing);
  EXPECT_EQ(state_of({.read_only = true}, Use::lists), well) << "a replica";
  EXPECT_EQ(state_of({.galera = true}, Use::writes), well);
  EXPECT_EQ(state_of({.galera = true, .synced = false}, Use::writes), lagging);
  EXPECT_EQ(state_of({.galera = true, .ready = false, .synced = false}, Use::writes), refusing);
  EXPECT_EQ(state_of({.galera = true, .ready = false}, Use::lists), refusing);
}

}  // namespace
}  // namespace scanlogin::mysql
