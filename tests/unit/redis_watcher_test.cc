#include "clients/redis_watcher.h"

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "redis_server.h"

namespace scanlogin::redis {
namespace {

using Keys = std::vector<std::string>;

class RedisWatcherTest : public testing::Test {
 protected:
  bool take_changes() {
    const std::lock_guard lock(mutex_);
    return watcher_.take_changes();
  }
  // The changes of all that was written before; there has to be a watch.
  Keys changes() {
    client_.command({"PING"});
    changed_.clear();
    EXPECT_TRUE(take_changes()) << "Redis is not being watched";
    return changed_;
  }
  // Starts a watch, as soon as another attempt is made.
  void start() {
    ASSERT_TRUE(eventually([this] {
      watcher_.start();
      return take_changes();
    })) << "no watch begins";
    missed_ = 0;
  }

  Server server_;
  Client client_{server_.config(), 4, Log("test", LogLevel::error)};
  std::mutex mutex_;
  Keys changed_;
  int missed_ = 0;
  Watcher watcher_{client_,
                   "mine:",
                   Log("test", LogLevel::error),
                   mutex_,
                   {.changed = [this](std::string_view key) { changed_.emplace_back(key); },
                    .missed = [this] { ++missed_; }}};
};

TEST_F(RedisWatcherTest, BeforeItStartsNothingIsWatched) {
  client_.command({"SET", "mine:1", "x"});
  EXPECT_FALSE(take_changes());
  EXPECT_EQ(changed_, Keys{});
}

TEST_F(RedisWatcherTest, ItTellsOfAGapWhereAWatchBegins) {
  watcher_.start();
  EXPECT_EQ(missed_, 1);
  EXPECT_TRUE(take_changes());
  watcher_.start();
  EXPECT_EQ(missed_, 1) << "there was a watch already";
}

TEST_F(RedisWatcherTest, ItTellsOfKeysThatAreWrittenDeletedAndExpire) {
  start();
  client_.command({"SET", "mine:1", "x"});
  EXPECT_EQ(changes(), Keys{"mine:1"});
  client_.command({"DEL", "mine:1"});
  EXPECT_EQ(changes(), Keys{"mine:1"});
  client_.command({"HSET", "mine:2", "field", "x"});
  EXPECT_EQ(changes(), Keys{"mine:2"});
  // Redis may tell of two changes at once, on a machine that stood still: then once more.
  EXPECT_TRUE(eventually([this] {
    client_.command({"HSET", "mine:3", "field", "x"});
    client_.command({"PEXPIRE", "mine:3", "50"});
    eventually([this] { return client_.command({"EXISTS", "mine:3"}).integer == 0; });
    return changes() == Keys{"mine:3", "mine:3", "mine:3"};
  })) << "no third change where a key expires";
  EXPECT_EQ(missed_, 0);
}

TEST_F(RedisWatcherTest, OtherKeysAreNoneOfItsBusiness) {
  start();
  client_.command({"SET", "yours:1", "x"});
  client_.command({"SET", "min", "x"});
  client_.command({"SET", "mine:1", "x"});
  EXPECT_EQ(changes(), Keys{"mine:1"});
}

// A socket takes some hundred messages; Redis keeps the others.
TEST_F(RedisWatcherTest, WhereMoreWasSaidThanASocketTakesItSaysNothingUntilItHasReadAll) {
  start();
  for (const std::size_t size : {std::size_t{1}, std::size_t{4000}}) {
    std::string last;
    for (int i = 0; i < 2000; ++i) {
      last = "mine:" + std::string(size, 'x') + std::to_string(i);
      client_.command({"SET", last, "x"});
    }
    client_.command({"PING"});
    changed_.clear();
    server_.halt();
    const bool said_all = take_changes();
    EXPECT_LT(changed_.size(), 2000U) << "the socket took all: this says nothing";
    EXPECT_FALSE(said_all) << changed_.size() << " of 2000 were read, keys of " << size;
    server_.go_on();
    EXPECT_TRUE(eventually([&] { return take_changes(); })) << "it never says anything again";
    EXPECT_EQ(changed_.size(), 2000U);
  }
  EXPECT_EQ(missed_, 0);
}

TEST_F(RedisWatcherTest, AnEmptiedDatabaseIsAGapAndTheWatchGoesOn) {
  start();
  client_.command({"SET", "mine:1", "x"});
  changes();
  client_.command({"FLUSHALL"});
  changes();
  EXPECT_EQ(missed_, 1);
  client_.command({"SET", "mine:2", "x"});
  EXPECT_EQ(changes(), Keys{"mine:2"});
}

TEST_F(RedisWatcherTest, ARedisThatDiesIsAGapAndTheNextOneIsWatched) {
  start();
  server_.end();
  EXPECT_FALSE(take_changes());
  EXPECT_EQ(missed_, 1);
  watcher_.start();
  EXPECT_FALSE(take_changes()) << "there is no Redis";
  server_.start();
  start();
  client_.command({"SET", "mine:1", "x"});
  EXPECT_EQ(changes(), Keys{"mine:1"});
}

TEST_F(RedisWatcherTest, AnotherRedisAtTheAddressIsSeenByCheck) {
  start();
  watcher_.check();
  EXPECT_TRUE(take_changes()) << "the same one is at the address";
  client_.command({"SET", "mine:0", "at the old one"});
  const Server other;
  server_.be_replaced_by(other);
  watcher_.tick();
  EXPECT_TRUE(take_changes()) << "the old one goes on telling";
  watcher_.check();
  EXPECT_EQ(client_.command({"EXISTS", "mine:0"}).integer, 0) << "the client is at the old one";
  EXPECT_FALSE(take_changes());
  EXPECT_EQ(missed_, 1);
  start();
  client_.command({"SET", "mine:1", "x"});
  EXPECT_EQ(changes(), Keys{"mine:1"}) << "client and watch are both at the new one";
}

}  // namespace
}  // namespace scanlogin::redis
