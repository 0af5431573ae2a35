#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_set>

#include "clients/redis.h"
#include "clients/redis_key_watch.h"
#include "domain/code_map.h"

namespace scanlogin {

// Knows, without asking Redis, of which uuids no code can be there: nearly every poll is for such
// a one. Redis names each code that is stored; what it has not named within a code's life has
// none. Thread-safe.
class ScanWatch {
 public:
  ScanWatch(const RedisConfig& config, redis::Client& redis) : config_(config), redis_(redis) {}

  // False if there is certainly no code for the uuid. True says nothing: ask Redis. Never
  // blocks.
  bool may_have_code(std::string_view uuid);

  // Sees to it that Redis is being watched. Blocks: finds all codes that are pending already,
  // which takes Redis about a second for a million keys. While one thread is at it the others
  // return at once. Does not throw: without a watch every poll asks Redis.
  void ensure();

  // Takes note of what has been named although nobody polls.
  void tick();

 private:
  void take_changes();
  void note(std::string_view key);
  void note_pending();

  const RedisConfig config_;
  redis::Client& redis_;
  std::mutex ensuring_;

  std::mutex mutex_;  // guards what follows
  std::unique_ptr<redis::KeyWatch> watch_;
  bool complete_ = false;  // the codes from before the watch are noted too
  // Hashes of the uuids that were named: two that share one cost a question to Redis. When the
  // recent ones are as old as a code gets they become the older, whose time is then up.
  std::unordered_set<std::size_t> recent_;
  std::unordered_set<std::size_t> older_;
  std::chrono::steady_clock::time_point recent_since_;
};

}  // namespace scanlogin
