#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/request.h"
#include "clients/fcgi_server.h"

namespace scanlogin {

// A fixed number of threads for requests whose answer blocks.
class Workers {
 public:
  // The handler runs on each of the threads; it must answer and must not throw.
  using Handler = std::function<void(const Request& request, Reply reply)>;

  // capacity: how many requests may wait for a thread.
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
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Request, Reply>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace scanlogin
