#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/descriptor.h"

struct epoll_event;

namespace scanlogin {

// Waits for many descriptors at once, on one thread: epoll(7). Whoever runs on that thread runs "on
// the loop", and must not block.
class EventLoop {
 public:
  // Of one descriptor.
  class Handler {
   public:
    Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    virtual ~Handler() = default;
    // On the loop. events: EPOLLIN and others.
    virtual void on_events(std::uint32_t events) = 0;
  };

  // Throws std::system_error.
  EventLoop();

  // Both from any thread. The handler lives until it is removed, or the descriptor is closed and
  // the loop has come round. events: as epoll_ctl(2) has them. False if the system refuses.
  bool add(int fd, std::uint32_t events, Handler& handler);
  void change(int fd, std::uint32_t events, Handler& handler);
  // On the loop: the handler is called no more.
  void remove(int fd, const Handler& handler);

  // Has the loop run this, soon: at the end of this round, or of the next where a task posts it.
  // From any thread. What is posted after the loop's last round is dropped.
  void post(std::function<void()> task);

  // Waits, at most that long, handles what has happened, and runs what was posted. Always called by
  // the same thread. Throws std::system_error.
  void run_once(std::chrono::milliseconds limit);

 private:
  void dispatch(std::span<epoll_event> events);
  void run_tasks();
  bool has_tasks();
  bool in_a_round() const;

  Descriptor epoll_;
  Descriptor wake_;
  std::span<epoll_event> round_;           // what is being handled
  std::atomic<std::thread::id> thread_{};  // during a round
  std::mutex mutex_;                       // guards what follows
  std::vector<std::function<void()>> tasks_;
};

}  // namespace scanlogin
