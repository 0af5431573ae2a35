#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

#include "base/event_loop.h"
#include "clients/redis.h"

namespace scanlogin::redis {

// Redis from the event loop, where nobody waits: all that is sent in one round of the loop goes out
// together, and the replies come in their order. It only does what goes well. Whoever is told that
// it did not asks again by Client, which knows what is wrong, and on a thread.
//
// It connects on a thread as well, while somebody has use for it, and anew every second: like
// Client's, its connection leads for 2 seconds at the most to a server that another one has taken
// over from. All is on the loop but check().
class Pipeline {
 public:
  // What Redis replied; null for an error, and where no reply is going to come.
  using Handler = std::function<void(const Value* reply)>;

  Pipeline(Client& client, EventLoop& loop);
  ~Pipeline();

  // Whether there is a connection. If not, one is made within a second or so.
  bool ready();

  // Both only while ready(). Redis runs it at the most once. The handler is called on the loop,
  // never from within this.
  void send(const Arguments& arguments, Handler handler);
  // The source goes along where Redis does not know the script. Keys and arguments are copied.
  void run(const Script& script, const Arguments& keys, const Arguments& arguments,
           Handler handler);

  // From any thread: no connection from before is used any more, because it may lead to a server
  // that another one has taken over from.
  void renew() noexcept { not_before_ = Clock::now(); }

  // About once a second: gives up on a Redis that does not reply within 2 seconds.
  void tick();
  // About once a second, on a thread; blocks: connects.
  void check();

 private:
  class Link;
  using Clock = std::chrono::steady_clock;

  void flush_soon();
  void drop_spent_links();

  Master& master_;
  EventLoop& loop_;
  std::list<std::unique_ptr<Link>> links_;  // the one in use first; others await replies
  bool flushing_ = false;
  std::atomic<bool> wanted_{false};  // since check() looked last
  std::atomic<Clock::time_point> not_before_{Clock::time_point::min()};

  std::mutex mutex_;  // guards what follows
  std::unique_ptr<Link> fresh_;
};

}  // namespace scanlogin::redis
