#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/metrics.h"

namespace scanlogin {

// A bounded pool of connections, shared by threads. The one given back last is lent first, so
// that under light load few stay warm instead of many going stale.
//
// A connection may be given a longest life. After it the next request connects anew, and so goes
// where the address leads by then: to the server that has taken over from another one, say, which
// still answers those that it knows.
template <class Connection>
class Pool {
 public:
  using Connect = std::function<std::unique_ptr<Connection>()>;

 private:
  using Clock = std::chrono::steady_clock;
  struct Pooled {
    std::unique_ptr<Connection> connection;
    Clock::time_point made;
  };

 public:
  // A connection on loan. It goes back to the pool at the end, unless it was dropped.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          lent_(std::move(other.lent_)),
          reused_(other.reused_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->take_back(std::move(lent_));
    }

    Connection& operator*() const { return *lent_.connection; }
    Connection* operator->() const { return lent_.connection.get(); }
    // Whether it has served before, and so may have died since without anyone noticing.
    bool reused() const noexcept { return reused_; }
    // Closes the connection: it failed.
    void drop() noexcept { lent_.connection.reset(); }

   private:
    friend Pool;
    Lease(Pool& pool, Pooled pooled, bool reused)
        : pool_(&pool), lent_(std::move(pooled)), reused_(reused) {}

    Pool* pool_;
    Pooled lent_;
    bool reused_;
  };

  // At most `limit` connections at a time; `kind` is the Error's when all stay lent.
  Pool(std::size_t limit, ErrorKind kind, Connect connect,
       std::optional<std::chrono::milliseconds> longest_life = std::nullopt)
      : limit_(limit), kind_(kind), connect_(std::move(connect)), longest_life_(longest_life) {}

  // Lends a connection, a new one if none is idle. Waits at most 2 seconds for one to be given
  // back, then throws; passes on what connecting throws.
  Lease lend() {
    std::unique_lock lock(mutex_);
    if (lent_ >= limit_) waits_.add();
    if (!given_back_.wait_for(lock, std::chrono::seconds(2), [this] { return lent_ < limit_; })) {
      throw Error(kind_, "all " + std::to_string(limit_) + " connections are in use");
    }
    ++lent_;
    const std::vector<Pooled> outlived = take_outlived();  // closed once the lock is released
    if (!idle_.empty()) {
      Pooled pooled = std::move(idle_.back());
      idle_.pop_back();
      lock.unlock();
      return Lease(*this, std::move(pooled), true);
    }
    lock.unlock();
    // Gives the place back if connecting throws. The life begins before: while a slow server is
    // connected to, another one may take its place.
    Lease lease(*this, {nullptr, Clock::now()}, false);
    lease.lent_.connection = connect_();
    return lease;
  }

  // Sees that no connection from before is lent again: one of them was found dead, or at the wrong
  // server, so the others are suspect.
  void renew() {
    std::vector<Pooled> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(idle_);
    renewed_ = Clock::now();
  }

 private:
  bool is_outlived(const Pooled& pooled) const {
    return pooled.made <= renewed_ ||
           (longest_life_ && Clock::now() - pooled.made >= *longest_life_);
  }

  std::vector<Pooled> take_outlived() {
    const auto kept = std::stable_partition(
        idle_.begin(), idle_.end(), [this](const Pooled& pooled) { return !is_outlived(pooled); });
    std::vector<Pooled> outlived(std::make_move_iterator(kept),
                                 std::make_move_iterator(idle_.end()));
    idle_.erase(kept, idle_.end());
    return outlived;
  }

  void take_back(Pooled pooled) noexcept {
    {
      const std::lock_guard lock(mutex_);
      --lent_;
      const bool good = pooled.connection && !is_outlived(pooled);
      if (good && idle_.size() < kMostIdle) idle_.push_back(std::move(pooled));
    }
    given_back_.notify_one();
  }

  static const char* server(ErrorKind kind) {
    if (kind == ErrorKind::database) return "mysql";
    return kind == ErrorKind::cache ? "redis" : "provider";
  }

  // What a burst needed beyond this is closed when it is over.
  static constexpr std::size_t kMostIdle = 32;

  const std::size_t limit_;
  const ErrorKind kind_;
  const Connect connect_;
  const std::optional<std::chrono::milliseconds> longest_life_;
  mutable std::mutex mutex_;
  std::condition_variable given_back_;
  std::size_t lent_ = 0;
  Clock::time_point renewed_ = Clock::time_point::min();
  std::vector<Pooled> idle_;

  // The last: they ask the others.
  metrics::Counter waits_{"scanlogin_pool_waits_total",
                          "Times that all connections were in use when one was needed.",
                          {{"server", server(kind_)}}};
  const metrics::Gauge in_use_{"scanlogin_pool_connections_in_use",
                               "Connections that are in use.",
                               {{"server", server(kind_)}},
                               [this] {
                                 const std::lock_guard lock(mutex_);
                                 return static_cast<double>(lent_);
                               }};
  const metrics::Gauge most_{"scanlogin_pool_connections_max",
                             "Connections that may be in use at a time.",
                             {{"server", server(kind_)}},
                             [this] { return static_cast<double>(limit_); }};
};

}  // namespace scanlogin
