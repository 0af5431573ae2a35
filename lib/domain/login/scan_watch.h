#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_loop.h"
#include "base/log.h"
#include "clients/redis.h"
#include "clients/redis_watcher.h"
#include "domain/login/login_keys.h"

namespace scanlogin {

// Knows, without asking Redis, for which uuids there can be neither a code nor an outcome: nearly
// every poll is for such a one. Redis names each that is stored; what it has not named within a
// code's life has none. Thread-safe; takes one megabyte, however many codes are named.
class ScanWatch {
 public:
  // scanned: is called on the loop for each uuid that Redis names, soon after.
  // keys: of the logins that it is about.
  ScanWatch(redis::Client& redis, const LoginKeys& keys, EventLoop& loop, const Log& log,
            std::function<void(const std::string& uuid)> scanned);

  // False: there is certainly nothing for this uuid. True: there may be, ask Redis.
  // Never blocks.
  bool may_have_code(std::string_view uuid);

  // 0 while something may be stored that this does not hear of; else a number that is another one
  // after each gap. Never blocks.
  std::uint64_t hearing();
  // Changes whenever Redis names the uuid, or may have: two that are alike mean that nothing was
  // stored for it in between. Never blocks.
  std::uint64_t notices_of(std::string_view uuid);

  // Sees to it that Redis is being watched. Blocks: finds all codes that are pending already,
  // which takes Redis about a second for a million keys. While one thread is at it the others
  // return at once. Fails silently: without a watch every poll asks Redis. Where Redis refuses to
  // be looked through, which is logged once, it takes a code's life until all pending ones are
  // known.
  void watch();

  // As the watcher's of the same names (clients/redis_watcher.h).
  void tick() { watcher_.tick(); }
  void check() { watcher_.check(); }

 private:
  // A bit for each hash of a uuid. Two that share one cost a question to Redis: with 100,000
  // codes named in ten minutes one poll in forty asks for nothing.
  using Marks = std::vector<bool>;

  bool take_changes();
  void forget_all();
  void mark(std::string_view uuid);
  void notice(std::string_view key);
  void mark_pending();

  redis::Client& redis_;
  const LoginKeys keys_;
  EventLoop& loop_;
  const Log log_;
  const std::function<void(const std::string& uuid)> scanned_;
  std::mutex starting_;  // guards what follows
  bool refused_ = false;

  std::mutex mutex_;       // guards what follows
  bool complete_ = false;  // the codes from before the watch are marked too
  // When the recent marks are as old as a code gets they become the older, whose time is up.
  Marks recent_;
  Marks older_;
  std::chrono::steady_clock::time_point recent_since_;
  std::chrono::steady_clock::time_point watched_since_;
  // By a hash of the uuid: two that share one are looked at once too often.
  std::vector<std::uint32_t> notices_;
  std::uint32_t gaps_ = 0;  // in the watch
  redis::Watcher watcher_;
};

}  // namespace scanlogin
