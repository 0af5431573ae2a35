#include "domain/login/scan_watch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/login/login_keys.h"
#include "redis_server.h"

namespace scanlogin {
namespace {

class ScanWatchTest : public testing::Test {
 protected:
  void store(const std::string& key) {
    redis_.command({"SET", key, "x"});
    redis_.command({"PING"});
  }
  // Watches, as soon as another attempt is made; then a uuid that nobody has scanned is known.
  void watch() {
    ASSERT_TRUE(redis::eventually([this] {
      scans_.watch();
      return !scans_.may_have_code("nobody");
    })) << "no watch begins";
  }

  redis::Server server_;
  redis::Client redis_{server_.config(), 4, Log("test", LogLevel::error)};
  EventLoop loop_;
  std::vector<std::string> scanned_;
  const LoginKeys keys_{"wx", false};
  ScanWatch scans_{redis_, keys_, loop_, Log("test", LogLevel::error),
                   [this](const std::string& uuid) { scanned_.push_back(uuid); }};
};

TEST_F(ScanWatchTest, WithoutAWatchEveryUuidMayHaveACode) {
  EXPECT_TRUE(scans_.may_have_code("nobody"));
  scans_.watch();
  EXPECT_FALSE(scans_.may_have_code("nobody"));
}

TEST_F(ScanWatchTest, ACodeFromBeforeTheWatchIsFound) {
  // More than one page of a SCAN.
  for (int i = 0; i < 3000; ++i) {
    redis_.command({"SET", keys_.code("before-" + std::to_string(i)), "x"});
  }
  watch();
  int missing = 0;
  for (int i = 0; i < 3000; ++i) missing += !scans_.may_have_code("before-" + std::to_string(i));
  EXPECT_EQ(missing, 0) << "of 3000 codes";
  EXPECT_FALSE(scans_.may_have_code("nobody"));
}

TEST_F(ScanWatchTest, ACodeIsFoundAsSoonAsItsWriterSaysSo) {
  watch();
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = "scan-" + std::to_string(i);
    EXPECT_FALSE(scans_.may_have_code(uuid)) << uuid << " before its scan";
    store(keys_.code(uuid));
    EXPECT_TRUE(scans_.may_have_code(uuid)) << uuid;
  }
}

TEST_F(ScanWatchTest, SoIsAnOutcome) {
  watch();
  store(keys_.outcome("ended"));
  EXPECT_TRUE(scans_.may_have_code("ended"));
  EXPECT_FALSE(scans_.may_have_code("ende"));
}

TEST_F(ScanWatchTest, TheOtherKeysOfALoginAreNoCode) {
  watch();
  for (const auto& key : {keys_.claim("u"), keys_.grant("u"), keys_.browser("u")}) {
    store(key);
    EXPECT_FALSE(scans_.may_have_code("u")) << key;
  }
}

TEST_F(ScanWatchTest, AnEmptiedDatabaseIsLookedThroughAgain) {
  watch();
  redis_.command({"FLUSHALL"});
  store(keys_.code("after"));
  EXPECT_TRUE(scans_.may_have_code("nobody")) << "nothing is known for certain";
  watch();
  EXPECT_TRUE(scans_.may_have_code("after"));
}

TEST_F(ScanWatchTest, WithoutRedisEveryUuidMayHaveACode) {
  watch();
  server_.end();
  EXPECT_TRUE(scans_.may_have_code("nobody"));
  scans_.watch();
  EXPECT_TRUE(scans_.may_have_code("nobody"));
  server_.start();
  store(keys_.code("meanwhile"));
  watch();
  EXPECT_TRUE(scans_.may_have_code("meanwhile"));
}

}  // namespace
}  // namespace scanlogin
