#include "clients/workers.h"

namespace scanlogin {

Workers::Workers(int threads, std::size_t capacity, Handler handler)
    : handler_(std::move(handler)), capacity_(capacity) {
  threads_.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::submit(Request request, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < capacity_) {
      queue_.emplace_back(std::move(request), std::move(reply));
      changed_.notify_one();
      return;
    }
  }
  reply.send(service_unavailable());
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto [request, reply] = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    handler_(request, std::move(reply));
    lock.lock();
  }
}

}  // namespace scanlogin
