#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "server/fcgi_server.h"

namespace scanlogin::sandbox {

// A reply waits at most this long, a hanging call just as long.
constexpr std::chrono::milliseconds kLongestDelay{15000};

// Holds replies back until they are due, on one thread, 1,000 at most.
class Delays {
 public:
  // `stopping` tells whether the server was told to end: what waits is answered then.
  explicit Delays(std::function<bool()> stopping);
  ~Delays();
  Delays(const Delays&) = delete;
  Delays& operator=(const Delays&) = delete;

  // Sends the response in `delay`. With too many waiting the reply is dropped: 503.
  void send_later(Responder responder, Response response, std::chrono::milliseconds delay);

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Responder responder;
    Response response;
  };

  void work();

  const std::function<bool()> stopping_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Clock::time_point, Waiting> waiting_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace scanlogin::sandbox
