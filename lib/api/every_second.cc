#include "api/every_second.h"

#include <chrono>
#include <exception>
#include <utility>

namespace scanlogin {

EverySecond::EverySecond(std::function<void()> what, const Log& log)
    : what_(std::move(what)), log_(log) {
  if (what_) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void EverySecond::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto stopped = [&stop] { return stop.stop_requested(); };
  while (!wake_.wait_for(lock, stop, std::chrono::seconds(1), stopped)) {
    try {
      what_();
    } catch (const std::exception& error) {
      log_.error("check failed", {{"reason", error.what()}});
    }
  }
}

}  // namespace scanlogin
