#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/log.h"

namespace scanlogin {

// Calls something about once a second until it is destroyed, on a thread of its own; nothing if
// there is nothing to call. What that throws is logged, and it is called again.
class EverySecond {
 public:
  // The log has to outlive it.
  EverySecond(std::function<void()> what, const Log& log);

 private:
  void run(const std::stop_token& stop);

  const std::function<void()> what_;
  const Log& log_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // the last: it ends before what it waits with
};

}  // namespace scanlogin
