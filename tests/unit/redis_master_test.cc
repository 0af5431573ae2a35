#include "clients/redis_master.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "redis_sentinel.h"
#include "redis_server.h"

namespace scanlogin::redis {
namespace {

class RedisMasterTest : public testing::Test {
 protected:
  static RedisConfig config_of(const std::vector<const Sentinel*>& sentinels) {
    RedisConfig config;
    config.master_name = kMasterName;
    for (const Sentinel* sentinel : sentinels) config.sentinels.push_back(sentinel->address());
    return config;
  }
  static std::unique_ptr<Master> follow(const std::vector<const Sentinel*>& sentinels) {
    return std::make_unique<Master>(config_of(sentinels), Log("test"));
  }
  // At which of the two one arrives; 0: at neither.
  int arrives(Master& master) const {
    try {
      return port_of(*master.connect());
    } catch (const Error&) {
      return 0;
    }
  }
  static int port_of(Connection& connection) {
    return static_cast<int>(
        whole_number(connection.send({"CONFIG", "GET", "port"}).array.at(1).text).value_or(0));
  }
  static std::string refusal(Master& master) {
    try {
      master.connect();
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }
  // Whether it was shut down. Redis need not answer for that.
  static bool ended(Connection& connection) {
    try {
      connection.receive();
      return false;
    } catch (const BrokenConnection& broken) {
      return broken.closed;
    }
  }
  static int times(const std::string& text, const std::string& part) {
    int count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
    return count;
  }

  Server one_{free_port()};
  Server other_{free_port()};
  Sentinel first_;
  Sentinel second_;
};

TEST_F(RedisMasterTest, WithoutSentinelsItIsAtItsAddress) {
  Master master(one_.config(), Log("test"));
  EXPECT_EQ(arrives(master), one_.port());
  EXPECT_EQ(master.moves(), 0U);
}

TEST_F(RedisMasterTest, ANewerWordCountsOnceItIsHeard) {
  first_.start(one_, 3);
  const auto master = follow({&first_, &second_});
  EXPECT_TRUE(eventually([&] { return arrives(*master) == one_.port(); }));
  second_.start(other_, 4);
  EXPECT_TRUE(eventually([&] { return arrives(*master) == other_.port(); }));
  first_.be_heard();
  second_.be_heard();
  EXPECT_EQ(arrives(*master), other_.port());
  EXPECT_EQ(master->moves(), 1U);
}

TEST_F(RedisMasterTest, AnOlderWordThatIsHeardLaterDoesNot) {
  second_.start(other_, 4);
  const auto master = follow({&first_, &second_});
  EXPECT_TRUE(eventually([&] { return arrives(*master) == other_.port(); }));
  first_.start(one_, 3);
  first_.be_heard();
  second_.be_heard();
  EXPECT_EQ(arrives(*master), other_.port());
  EXPECT_EQ(master->moves(), 0U);
}

TEST_F(RedisMasterTest, TheNewestWordStandsWhenItsSentinelIsGone) {
  first_.start(one_, 3);
  second_.start(other_, 4);
  const auto master = follow({&first_, &second_});
  EXPECT_TRUE(eventually([&] { return arrives(*master) == other_.port(); }));
  second_.end();
  first_.be_heard();
  EXPECT_EQ(arrives(*master), other_.port());
}

// Where numbers do not tell, repeating a contradiction moves nobody.
TEST_F(RedisMasterTest, BetweenEqualOnesItDoesNotGoToAndFro) {
  first_.start(one_, 3);
  second_.start(other_, 3);
  const auto master = follow({&first_, &second_});
  first_.be_heard();
  second_.be_heard();
  const int port = arrives(*master);
  const auto moves = master->moves();
  EXPECT_LE(moves, 1U);
  EXPECT_NE(port, 0);
  first_.be_heard();
  second_.be_heard();
  EXPECT_EQ(arrives(*master), port);
  EXPECT_EQ(master->moves(), moves);
}

TEST_F(RedisMasterTest, ASentinelThatKnowsNoSuchNameIsSaidOnceAndDoesNoHarm) {
  first_.start(other_, 9, "another-name");
  second_.start(one_, 1);
  testing::internal::CaptureStderr();
  auto master = follow({&first_, &second_});
  EXPECT_TRUE(eventually([&] { return arrives(*master) == one_.port(); }));
  first_.be_heard();
  EXPECT_EQ(arrives(*master), one_.port());
  EXPECT_EQ(master->moves(), 0U);
  master.reset();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(times(log, "a Sentinel knows no such master"), 1) << log;
  EXPECT_NE(log.find("sentinel=" + to_text(first_.address())), log.npos) << log;
}

TEST_F(RedisMasterTest, ASentinelThatForgetsTheNameHasSaidWhatItSaid) {
  first_.start(one_, 1);
  const auto master = follow({&first_});
  EXPECT_TRUE(eventually([&] { return arrives(*master) == one_.port(); }));
  first_.send({"SENTINEL", "REMOVE", kMasterName});
  first_.be_heard();
  EXPECT_EQ(arrives(*master), one_.port());
}

TEST_F(RedisMasterTest, WithoutASentinelItFailsSoonAndWorksOnceOneIsThere) {
  const auto master = follow({&first_, &second_});
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(refusal(*master), std::string("Redis: no Sentinel names a master ") + kMasterName);
  // A second; a busy machine may take longer, but not as long as several replies.
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
  second_.start(one_, 1);
  EXPECT_TRUE(eventually([&] { return arrives(*master) == one_.port(); }));
  EXPECT_EQ(master->moves(), 0U);
}

TEST_F(RedisMasterTest, ASentinelThatRefusesIsSaidOnce) {
  first_.start_with_password("secret");
  testing::internal::CaptureStderr();
  auto master = follow({&first_});
  first_.be_connected_to();
  EXPECT_NE(refusal(*master), "");
  master.reset();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(times(log, "a Sentinel refuses to be asked"), 1) << log;
  EXPECT_NE(log.find("NOAUTH"), log.npos) << log;
}

TEST_F(RedisMasterTest, AReplicaIsNotTheMaster) {
  // Of nobody who is there.
  const std::string nobody = std::to_string(free_port());
  Client client(one_.config(), 1, Log("test"));
  client.command({"REPLICAOF", "127.0.0.1", nobody});
  first_.start(one_, 1);
  const auto master = follow({&first_});
  const std::string address = "127.0.0.1:" + std::to_string(one_.port());
  first_.be_heard();
  EXPECT_EQ(refusal(*master), "Redis: " + address + " is not the master");
  client.command({"REPLICAOF", "NO", "ONE"});
  EXPECT_EQ(arrives(*master), one_.port());
}

TEST_F(RedisMasterTest, AMoveEndsWhatLeadsToTheMasterFromBefore) {
  first_.start(one_, 1);
  const auto master = follow({&first_});
  EXPECT_TRUE(eventually([&] { return arrives(*master) == one_.port(); }));
  const auto waiting = master->connect();
  const auto idle = master->connect();
  one_.halt();  // nobody answers there any more
  waiting->post({"GET", "something"});
  EXPECT_FALSE(ended(*waiting));
  first_.send({"SENTINEL", "REMOVE", kMasterName});
  first_.send(
      {"SENTINEL", "MONITOR", kMasterName, "127.0.0.1", std::to_string(other_.port()), "1"});
  EXPECT_TRUE(eventually([&] { return master->moves() == 1; }));
  EXPECT_TRUE(ended(*waiting));
  EXPECT_TRUE(ended(*idle));
  one_.go_on();

  const auto later = master->connect();
  EXPECT_EQ(port_of(*later), other_.port());
  first_.be_heard();
  EXPECT_FALSE(ended(*later));
  EXPECT_EQ(master->moves(), 1U);
}

// By a client: what it holds from before fails, and is asked again at the new one.
TEST_F(RedisMasterTest, WhoAsksDuringAMoveIsAnsweredByTheNewMaster) {
  first_.start(one_, 1);
  Client client(config_of({&first_}), 2, Log("test"));
  EXPECT_TRUE(eventually([&] {
    try {
      client.command({"PING"});
      return true;
    } catch (const Error&) {
      return false;
    }
  }));
  Client(other_.config(), 1, Log("test")).command({"SET", "where", "other"});
  first_.send({"SENTINEL", "REMOVE", kMasterName});
  first_.send(
      {"SENTINEL", "MONITOR", kMasterName, "127.0.0.1", std::to_string(other_.port()), "1"});
  EXPECT_TRUE(eventually([&] { return client.command({"GET", "where"}).text == "other"; }));
}

}  // namespace
}  // namespace scanlogin::redis
