#include "delays.h"

#include <algorithm>
#include <utility>

namespace scanlogin::sandbox {
namespace {

constexpr std::size_t kMostWaiting = 1000;
constexpr std::chrono::milliseconds kTick{50};

}  // namespace

Delays::Delays(std::function<bool()> stopping)
    : stopping_(std::move(stopping)), thread_([this] { work(); }) {}

Delays::~Delays() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Delays::send_later(Responder responder, Response response, std::chrono::milliseconds delay) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kMostWaiting) return;
  waiting_.emplace(Clock::now() + delay, Waiting{std::move(responder), std::move(response)});
  changed_.notify_one();
}

void Delays::work() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    if (waiting_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = waiting_.begin();
    const Clock::time_point now = Clock::now();
    if (first->first > now && !stopping_()) {
      changed_.wait_until(lock, std::min(first->first, now + kTick));
      continue;
    }
    auto due = waiting_.extract(first);
    lock.unlock();
    due.mapped().responder.send(due.mapped().response);
    lock.lock();
  }
}

}  // namespace scanlogin::sandbox
