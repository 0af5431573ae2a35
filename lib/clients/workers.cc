#include "clients/workers.h"

#include <chrono>
#include <thread>

namespace scanlogin {
namespace {

constexpr std::chrono::seconds kIdleLimit{10};

}  // namespace

Workers::Workers(int threads, std::size_t capacity, Handler handler)
    : handler_(std::move(handler)),
      limit_(static_cast<std::size_t>(threads)),
      capacity_(capacity) {}

Workers::~Workers() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  submitted_.notify_all();
  ended_.wait(lock, [this] { return threads_ == 0; });
}

void Workers::submit(Request request, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < capacity_) {
      queue_.emplace_back(std::move(request), std::move(reply));
      if (idle_ < queue_.size() && threads_ < limit_) {
        std::thread([this] { work(); }).detach();
        ++threads_;
      }
      submitted_.notify_one();
      return;
    }
  }
  reply.send(service_unavailable());
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    submitted_.wait_for(lock, kIdleLimit, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) break;
    auto [request, reply] = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    handler_(request, std::move(reply));
    lock.lock();
  }
  --threads_;
  // Under the lock: the destructor must not go on before this thread is done with the object.
  ended_.notify_all();
}

}  // namespace scanlogin
