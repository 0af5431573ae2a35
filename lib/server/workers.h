#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "base/metrics.h"
#include "server/open_request.h"

namespace scanlogin {

// Threads for requests whose answer blocks: one is started when a request finds none idle, up to
// a limit, and ends when it has had nothing to do for a while.
class Workers {
 public:
  // Runs on each of the threads; must not throw. waited: for a thread.
  using Handler = std::function<void(OpenRequest open, const Work& work,
                                     std::chrono::steady_clock::duration waited)>;

  // threads: at the most. capacity: how many requests may wait for one.
  Workers(int threads, std::size_t capacity, Handler handler);
  // Waits until all that was submitted is handled.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Queues a request. False, with all of it untouched, if the queue is full or the system has no
  // thread to give.
  bool submit(OpenRequest& open, Work& work);

 private:
  using Threads = std::list<std::thread>;
  struct Job {
    OpenRequest open;
    Work work;
    std::chrono::steady_clock::time_point submitted;
  };

  // Starts another thread if there may be one; whether there is any to take a request.
  bool start_thread();
  void work(Threads::iterator self);

  const Handler handler_;
  const std::size_t limit_;
  const std::size_t capacity_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable submitted_;
  std::condition_variable last_ended_;
  std::deque<Job> queue_;
  Threads threads_;
  Threads ended_;  // to be joined
  std::size_t idle_ = 0;
  bool stopping_ = false;

  // The last: they ask the others.
  double count(const std::function<std::size_t()>& what) {
    const std::lock_guard lock(mutex_);
    return static_cast<double>(what());
  }
  const metrics::Gauge busy_{
      "scanlogin_threads_busy", "Threads that are answering a request.", {}, [this] {
        return count([this] { return threads_.size() - idle_; });
      }};
  const metrics::Gauge most_{"scanlogin_threads_max", "Threads that there may be.", {}, [this] {
                               return static_cast<double>(limit_);
                             }};
  const metrics::Gauge queued_{
      "scanlogin_requests_queued", "Requests that wait for a thread.", {}, [this] {
        return count([this] { return queue_.size(); });
      }};
};

}  // namespace scanlogin
