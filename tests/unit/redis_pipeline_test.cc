#include "clients/redis_pipeline.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "redis_server.h"

namespace scanlogin::redis {
namespace {

using std::chrono::milliseconds;

class PipelineTest : public testing::Test {
 protected:
  // As a process does, for which check() runs on another thread.
  bool is_ready() {
    if (pipeline_.ready()) return true;
    pipeline_.check();
    return pipeline_.ready();
  }
  void turn() {
    loop_.run_once(milliseconds(20));
    pipeline_.tick();
  }
  // "null" for no reply.
  Pipeline::Handler note() {
    return [this](const Value* reply) {
      if (reply == nullptr) return said_.emplace_back("null");
      const bool number = reply->type == Value::Type::integer;
      return said_.emplace_back(number ? std::to_string(reply->integer) : reply->text);
    };
  }
  void until_said(std::size_t count) {
    ASSERT_TRUE(eventually([&] {
      turn();
      return said_.size() >= count;
    }));
  }

  Server server_;
  Client client_{server_.config(), 2, Log("test", LogLevel::error)};
  EventLoop loop_;
  std::vector<std::string> said_;
  Pipeline pipeline_{client_, loop_};
};

using Said = std::vector<std::string>;

TEST_F(PipelineTest, IsReadyOnceSomebodyWantedItAndItHasConnected) {
  pipeline_.check();
  EXPECT_FALSE(pipeline_.ready()) << "connected for nobody";
  pipeline_.check();
  EXPECT_TRUE(pipeline_.ready());
}

TEST_F(PipelineTest, RepliesComeInTheirOrderAndNoneFromWithinSend) {
  ASSERT_TRUE(is_ready());
  pipeline_.send({"SET", "a", "1"}, note());
  pipeline_.send({"INCR", "a"}, note());
  pipeline_.send({"GET", "a"}, note());
  pipeline_.send({"GET", "nothing"}, note());
  EXPECT_EQ(said_, Said{});
  until_said(4);
  EXPECT_EQ(said_, (Said{"OK", "2", "2", ""}));
}

TEST_F(PipelineTest, AnErrorIsNoReplyAndTheNextOnesGoOn) {
  ASSERT_TRUE(is_ready());
  pipeline_.send({"NONSENSE"}, note());
  pipeline_.send({"SET", "a", "1"}, note());
  pipeline_.send({"LPUSH", "a", "1"}, note());
  pipeline_.send({"GET", "a"}, note());
  until_said(4);
  EXPECT_EQ(said_, (Said{"null", "OK", "null", "1"}));
}

TEST_F(PipelineTest, AScriptThatRedisDoesNotKnowIsSentWhole) {
  const Script script("return KEYS[1] .. ARGV[1]");
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(is_ready());
    pipeline_.run(script, {"key-"}, {std::to_string(i)}, note());
    until_said(std::size_t(i) + 1);
  }
  client_.command({"SCRIPT", "FLUSH"});
  ASSERT_TRUE(is_ready());
  pipeline_.run(script, {"key-"}, {"again"}, note());
  until_said(3);
  EXPECT_EQ(said_, (Said{"key-0", "key-1", "key-again"}));
}

TEST_F(PipelineTest, AScriptThatFailsRunsOnce) {
  const Script script("redis.call('INCR', KEYS[1]) return redis.call('NONSENSE')");
  ASSERT_TRUE(is_ready());
  pipeline_.run(script, {"count"}, {}, note());  // by its source
  until_said(1);
  ASSERT_TRUE(is_ready());
  pipeline_.run(script, {"count"}, {}, note());
  until_said(2);
  EXPECT_EQ(said_, (Said{"null", "null"}));
  EXPECT_EQ(client_.command({"GET", "count"}).text, "2");
}

TEST_F(PipelineTest, MoreThanASocketTakesGoesOutBitByBit) {
  const std::string large(1 << 20, 'x');
  ASSERT_TRUE(is_ready());
  for (int i = 0; i < 8; ++i) pipeline_.send({"SET", "large", large}, note());
  pipeline_.send({"STRLEN", "large"}, note());
  until_said(9);
  EXPECT_EQ(said_.back(), std::to_string(large.size()));
}

TEST_F(PipelineTest, WhereRedisEndsEveryoneIsToldAndNobodyTwice) {
  ASSERT_TRUE(is_ready());
  client_.command({"CLIENT", "PAUSE", "100000"});
  for (int i = 0; i < 3; ++i) pipeline_.send({"GET", "a"}, note());
  turn();
  server_.end();
  until_said(3);
  EXPECT_EQ(said_, (Said{"null", "null", "null"}));
  EXPECT_FALSE(is_ready());
  server_.start();
  ASSERT_TRUE(eventually([this] { return is_ready(); }));
  pipeline_.send({"PING"}, note());
  until_said(4);
  EXPECT_EQ(said_.back(), "PONG");
}

TEST_F(PipelineTest, ARedisThatIsSilentIsGivenUp) {
  ASSERT_TRUE(is_ready());
  client_.command({"CLIENT", "PAUSE", "100000"});
  pipeline_.send({"GET", "a"}, note());
  until_said(1);
  EXPECT_EQ(said_, Said{"null"});
}

TEST_F(PipelineTest, AConnectionServesForTwoSecondsAndThenAnotherOne) {
  ASSERT_TRUE(is_ready());
  ASSERT_TRUE(eventually([this] { return !pipeline_.ready(); }))
      << "a connection that lives for ever";
  ASSERT_TRUE(is_ready());
  pipeline_.send({"PING"}, note());
  until_said(1);
  EXPECT_EQ(said_, Said{"PONG"});
}

}  // namespace
}  // namespace scanlogin::redis
