#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

#include "base/request.h"
#include "clients/fcgi_server.h"

namespace scanlogin {

// Threads for requests whose answer blocks: one is started when a request finds none idle, up to
// a limit, and ends when it has had nothing to do for a while.
class Workers {
 public:
  // The handler runs on each of the threads; it must answer and must not throw.
  using Handler = std::function<void(const Request& request, Reply reply)>;

  // threads: at the most. capacity: how many requests may wait for one.
  Workers(int threads, std::size_t capacity, Handler handler);
  // Waits until all that was submitted is answered.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Queues a request. When the queue is full the request is answered 503 here and now: waiting
  // longer than the web server does would serve nobody.
  void submit(Request request, Reply reply);

 private:
  void work();

  const Handler handler_;
  const std::size_t limit_;
  const std::size_t capacity_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable submitted_;
  std::condition_variable ended_;
  std::deque<std::pair<Request, Reply>> queue_;
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace scanlogin
