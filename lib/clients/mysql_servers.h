#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <vector>

#include "clients/mysql_connection.h"

namespace scanlogin::mysql {

enum class ServerState {
  unknown,
  well,
  lagging,   // a Galera node that is not level with the others
  refusing,  // read-only, or not a part of its cluster
  lost,      // cannot be connected to
};

// What a server is needed for.
enum class Use { writes, lists };

ServerState state_of(const Condition& condition, Use use);

// Which of several servers to use: the first of the list that is well. All processes of a site have
// the same list, and so come to the same server. Thread-safe.
//
// What is known of them comes from those who have tried (report). One that was not well has to be
// so for a second before it is preferred to another that is well, too: it may still be starting.
class Servers {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Servers(std::size_t count) : servers_(count) {}

  std::size_t count() const noexcept { return servers_.size(); }

  // All of them, in the order in which they are to be tried.
  std::vector<std::size_t> order(Clock::time_point now) const;

  // What was found. Whether another server is to be used from now on than before.
  bool report(std::size_t server, ServerState state, Clock::time_point now);

  // The first in the order.
  std::size_t used() const;
  ServerState state(std::size_t server) const;

  // Whether somebody should look at it again and again: the one that is used, those that would be
  // preferred to it, and all of them while that one is not well.
  bool is_watched(std::size_t server) const;

 private:
  struct Server {
    ServerState state = ServerState::unknown;
    Clock::time_point trusted_from = Clock::time_point::min();  // of one that is well
  };
  static int rank(const Server& server, Clock::time_point now);
  std::size_t best(Clock::time_point now) const;  // with the mutex held

  mutable std::mutex mutex_;
  std::vector<Server> servers_;
  std::size_t used_ = 0;
};

}  // namespace scanlogin::mysql
