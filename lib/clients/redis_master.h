#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/config.h"
#include "base/log.h"
#include "clients/redis_connection.h"
#include "clients/redis_sentinels.h"
#include "clients/sockets.h"

namespace scanlogin::redis {

// Where Redis is: at one address, or where Sentinels say that the master is. All of a process
// connect by it. Once the master is another server, every connection to the one before is shut
// down: who waits there waits no longer, and who watches there knows that the watch is over.
// Thread-safe. Private to lib/clients.
class Master {
 public:
  Master(const RedisConfig& config, const Log& log);

  // A connection to it, logged in; with Sentinels only where the server itself says that it is a
  // master. Blocks. Throws what Connection does.
  std::unique_ptr<Connection> connect();

  // How often the master has been another one. Who failed while this changed may try again.
  std::uint64_t moves() const { return sockets_.ends(); }

  // Blocks until all processes may be expected to have heard of the last move: until then somebody
  // may go by a watch at the server from before.
  void wait_until_known() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<ServerAddress> address();
  void move(const ServerAddress& address);

  const RedisConfig config_;
  const Log log_;
  Sockets sockets_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable found_;
  std::optional<ServerAddress> address_;
  Clock::time_point moved_ = Clock::time_point::min();
  std::optional<Sentinels> sentinels_;  // the last: its threads use the others
};

}  // namespace scanlogin::redis
