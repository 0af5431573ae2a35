#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace scanlogin {

// A bounded pool of connections, shared by threads. The one given back last is lent first, so
// that under light load few stay warm instead of many going stale.
template <class Connection>
class Pool {
 public:
  using Connect = std::function<std::unique_ptr<Connection>()>;

  // A connection on loan. It goes back to the pool at the end, unless it was dropped.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection, bool reused)
        : pool_(&pool), connection_(std::move(connection)), reused_(reused) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          connection_(std::move(other.connection_)),
          reused_(other.reused_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->take_back(std::move(connection_));
    }

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }
    // Whether it has served before, and so may have died since without anyone noticing.
    bool reused() const noexcept { return reused_; }
    // Closes the connection: it failed.
    void drop() noexcept { connection_.reset(); }

   private:
    friend Pool;
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
    bool reused_;
  };

  // At most `limit` connections at a time; `kind` is the Error's when all stay lent.
  Pool(std::size_t limit, ErrorKind kind, Connect connect)
      : limit_(limit), kind_(kind), connect_(std::move(connect)) {}

  // Lends a connection, a new one if none is idle. Waits at most 2 seconds for one to be given
  // back, then throws; passes on what connecting throws.
  Lease lend() {
    std::unique_lock lock(mutex_);
    if (!given_back_.wait_for(lock, std::chrono::seconds(2), [this] { return lent_ < limit_; })) {
      throw Error(kind_, "all " + std::to_string(limit_) + " connections are in use");
    }
    ++lent_;
    if (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(connection), true);
    }
    lock.unlock();
    Lease lease(*this, nullptr, false);  // gives the place back if connecting throws
    lease.connection_ = connect_();
    return lease;
  }

  // Closes every idle connection: one of them was found dead, so the others are suspect.
  void drop_idle() {
    std::vector<std::unique_ptr<Connection>> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(idle_);
  }

 private:
  void take_back(std::unique_ptr<Connection> connection) noexcept {
    {
      const std::lock_guard lock(mutex_);
      --lent_;
      if (connection && idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
    }
    given_back_.notify_one();
  }

  // What a burst needed beyond this is closed when it is over.
  static constexpr std::size_t kMostIdle = 32;

  const std::size_t limit_;
  const ErrorKind kind_;
  const Connect connect_;
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::size_t lent_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace scanlogin
