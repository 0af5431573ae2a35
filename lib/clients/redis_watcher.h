#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/config.h"
#include "base/event_loop.h"
#include "base/log.h"
#include "base/metrics.h"

namespace scanlogin::redis {

class Client;
class KeyWatch;

// Keeps somebody told of every key with a certain beginning that is written, deleted or expires in
// Redis, and of every gap in that. What is remembered of Redis stays true by it.
//
// Redis may answer whoever writes a key just before it tells the watchers. A writer that lets a
// second command follow (Until::settled) before it says so to anyone has made sure that Redis
// has written the word to each watcher's connection: on the same machine it can be read from then
// on.
//
// The watcher shares the mutex of what its owner remembers: a change is then seen before anything
// that was remembered is. Thread-safe as each method says.
class Watcher : private EventLoop::Handler {
 public:
  // Both are called with the mutex held, and must not throw.
  struct Owner {
    std::function<void(std::string_view key)> changed;
    // Whatever is remembered may be wrong: a watch has begun or ended, or the database was emptied.
    std::function<void()> missed;
  };

  // client: what the owner reads from Redis with.
  Watcher(Client& client, std::string_view prefix, Log log, std::mutex& mutex, Owner owner);
  ~Watcher() override;

  // Has the loop take changes as they come, and not only when somebody asks. Before start().
  void wake(EventLoop& loop) { loop_ = &loop; }

  // With the mutex held; never blocks. Passes on what has arrived; then, whether Redis is being
  // watched without a gap since `missed` was called last, and all that it had to say is here. If
  // not, what is remembered does not count just now.
  bool take_changes();

  // Sees to it that Redis is being watched. Without the mutex; blocks. Not tried more often than
  // once a second, nor by two threads at a time, so that a Redis that cannot be watched is not
  // stormed. That Redis refuses (too old, or by its access list) is logged once; all else fails
  // silently.
  void start();

  // Both about once a second and without the mutex. tick() sees that Redis is there to tell of
  // changes; never blocks. check() blocks: it connects anew, to see that the watch still is at the
  // server to which the address leads. One that another has taken over from goes on answering those
  // that it knows: the client leaves it then, too.
  void tick();
  void check();

 private:
  using Clock = std::chrono::steady_clock;

  void on_events(std::uint32_t events) override;
  void begin(std::unique_ptr<KeyWatch> watch);
  void stop();
  bool is_lost(std::string_view channel);

  Client& client_;
  const std::string prefix_;
  const Log log_;
  const Owner owner_;
  EventLoop* loop_ = nullptr;
  std::mutex& mutex_;                // guards watch_ as well
  std::unique_ptr<KeyWatch> watch_;  // null while there is none
  std::mutex starting_;              // guards what follows
  Clock::time_point next_attempt_;
  bool refused_ = false;
  Clock::time_point confirmed_;  // of check() alone

  // The last: one asks the others.
  metrics::Counter lost_{"scanlogin_watch_lost_total",
                         "Times that a watch over Redis has ended.",
                         {{"prefix", prefix_}}};
  const metrics::Gauge up_{"scanlogin_watch_up",
                           "1 while Redis tells of every change of the keys that begin so.",
                           {{"prefix", prefix_}},
                           [this] {
                             const std::lock_guard lock(mutex_);
                             return watch_ ? 1.0 : 0.0;
                           }};
};

}  // namespace scanlogin::redis
