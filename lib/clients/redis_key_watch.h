#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/log.h"

namespace scanlogin::redis {

class Connection;

// What has changed in Redis since one looked last.
struct Changes {
  bool everything = false;        // the database was emptied
  std::vector<std::string> keys;  // possibly one several times
};

// Is told by Redis of every key with a certain beginning that is written, deleted or expires:
// client-side caching in broadcasting mode (redis.io/docs/manual/client-side-caching), which
// Redis 6 has. One connection, subscribed to the redirected messages of its own tracking, so
// that there is no second one whose loss would go unnoticed. Not thread-safe.
//
// Redis may answer whoever writes a key just before it tells the watchers. A writer that lets a
// second command follow (Client::settle) before it says so to anyone has made sure that Redis has
// written the word to each watcher's connection: on the same machine it can be read from then on.
class KeyWatch {
 public:
  // Blocks until Redis watches. Throws Error(cache).
  KeyWatch(const RedisConfig& config, std::string_view prefix);
  ~KeyWatch();

  // Takes what has arrived, without blocking. Throws Error(cache) once the connection is broken:
  // changes may have been missed then, and this watch is done.
  Changes read();

  // To be called about once a second: asks Redis for a sign of life, and throws Error(cache) when
  // there was none for 5 seconds. A connection that was cut silently says nothing by itself.
  void keep_alive();

 private:
  using Clock = std::chrono::steady_clock;

  std::unique_ptr<Connection> connection_;
  Clock::time_point heard_;
};

// Starts watches of one prefix, for one that broke; not more often than once a second, and in one
// thread at a time, so that a Redis that cannot be watched is not stormed. Thread-safe.
class KeyWatchStarter {
 public:
  KeyWatchStarter(const RedisConfig& config, std::string_view prefix, Log log)
      : config_(config), prefix_(prefix), log_(std::move(log)) {}

  // Blocks. Null if it failed or is not to be tried now. That Redis refuses (too old, or by its
  // access list) is logged once.
  std::unique_ptr<KeyWatch> start();

 private:
  const RedisConfig config_;
  const std::string prefix_;
  const Log log_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_attempt_;
  bool refused_ = false;
};

}  // namespace scanlogin::redis
