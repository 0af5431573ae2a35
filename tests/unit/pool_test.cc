#include "clients/pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <vector>

namespace scanlogin {
namespace {

struct Counted {
  explicit Counted(int a_number) : number(a_number) {}
  int number;
};

class PoolTest : public testing::Test {
 protected:
  Pool<Counted> pool(std::size_t limit,
                     std::optional<std::chrono::milliseconds> longest_life = std::nullopt) {
    return {limit, ErrorKind::cache, [this] { return std::make_unique<Counted>(++made_); },
            longest_life};
  }
  int made_ = 0;
};

TEST_F(PoolTest, TheOneGivenBackLastIsLentFirst) {
  Pool<Counted> connections = pool(3);
  {
    auto first = connections.lend();
    auto second = connections.lend();
    EXPECT_FALSE(first.reused());
    EXPECT_EQ(second->number, 2);
  }
  auto again = connections.lend();
  EXPECT_TRUE(again.reused());
  EXPECT_EQ(again->number, 1) << "given back behind the second";
  EXPECT_EQ(made_, 2);
}

TEST_F(PoolTest, OneThatHasOutlivedItsTimeIsNotLentAgain) {
  Pool<Counted> connections = pool(3, std::chrono::milliseconds(0));
  for (int number = 1; number <= 3; ++number) {
    auto lease = connections.lend();
    EXPECT_FALSE(lease.reused());
    EXPECT_EQ(lease->number, number);
  }
}

TEST_F(PoolTest, OneThatIsYoungEnoughIs) {
  Pool<Counted> connections = pool(3, std::chrono::hours(1));
  for (int times = 0; times < 3; ++times) EXPECT_EQ(connections.lend()->number, 1);
}

TEST_F(PoolTest, ADroppedOneIsNeverLentAgain) {
  Pool<Counted> connections = pool(3);
  {
    auto first = connections.lend();
    auto second = connections.lend();
    second.drop();
  }
  connections.renew();
  EXPECT_EQ(connections.lend()->number, 3);
}

TEST_F(PoolTest, OneThatWasLentWhenThePoolWasRenewedIsNotLentAgain) {
  Pool<Counted> connections = pool(3);
  {
    auto lent = connections.lend();
    connections.renew();
  }
  EXPECT_EQ(connections.lend()->number, 2);
}

TEST_F(PoolTest, APlaceIsFreeAgainWhereConnectingFailed) {
  bool fails = true;
  Pool<Counted> connections(1, ErrorKind::cache, [&] {
    if (fails) throw std::runtime_error("no server");
    return std::make_unique<Counted>(1);
  });
  EXPECT_THROW(connections.lend(), std::runtime_error);
  fails = false;
  EXPECT_EQ(connections.lend()->number, 1);
}

TEST_F(PoolTest, WhereAllStayLentTheNextOneIsRefused) {
  Pool<Counted> connections = pool(1);
  const auto lent = connections.lend();
  try {
    connections.lend();
    ADD_FAILURE() << "lent one too many";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::cache);
  }
}

}  // namespace
}  // namespace scanlogin
