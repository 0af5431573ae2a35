#include "server/workers.h"

#include <chrono>
#include <system_error>

namespace scanlogin {
namespace {

constexpr std::chrono::seconds kIdleLimit{10};

void join(std::list<std::thread>& threads) {
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

Workers::Workers(int threads, std::size_t capacity, Handler handler)
    : handler_(std::move(handler)),
      limit_(static_cast<std::size_t>(threads)),
      capacity_(capacity) {}

Workers::~Workers() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  submitted_.notify_all();
  last_ended_.wait(lock, [this] { return threads_.empty(); });
  lock.unlock();
  join(ended_);
}

bool Workers::submit(OpenRequest& open, Work& work) {
  Threads ended;
  bool queued = false;
  {
    const std::lock_guard lock(mutex_);
    ended.swap(ended_);
    const bool somebody_idle = idle_ > queue_.size();
    queued = queue_.size() < capacity_ && (somebody_idle || start_thread());
    if (queued) {
      queue_.push_back({std::move(open), std::move(work), std::chrono::steady_clock::now()});
      submitted_.notify_one();
    }
  }
  join(ended);
  return queued;
}

bool Workers::start_thread() {
  if (threads_.size() >= limit_) return true;
  const auto self = threads_.emplace(threads_.end());
  try {
    *self = std::thread([this, self] { work(self); });
  } catch (const std::system_error&) {
    // The system has none to spare: those that run have to do.
    threads_.erase(self);
  }
  return !threads_.empty();
}

void Workers::work(Threads::iterator self) {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    submitted_.wait_for(lock, kIdleLimit, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) break;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    handler_(std::move(job.open), job.work, std::chrono::steady_clock::now() - job.submitted);
    lock.lock();
  }
  ended_.splice(ended_.end(), threads_, self);
  last_ended_.notify_all();
}

}  // namespace scanlogin
