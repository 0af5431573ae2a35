#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/server_settings.h"
#include "clients/mysql_connection.h"

namespace scanlogin::mysql {

// Looks at several servers twice a second, each on a thread of its own, so that no request has to
// find out which of them are well, and none waits long for one that hangs.
class Watch {
 public:
  // All are called on the threads, one for each server, by its number.
  struct Owner {
    std::function<bool(std::size_t server)> is_watched;
    std::function<void(std::size_t server, const Condition&)> found;
    std::function<void(std::size_t server, const Failure&)> lost;
  };

  Watch(MysqlConfig config, std::vector<ServerAddress> servers, Owner owner);
  // Waits for whoever is looking: a second at a server that is frozen, a second a step at one that
  // is slow, and for as long as the system takes to look up its name.
  ~Watch();

  // A server may not be well any more. (What is to be watched is asked twice a second anyway.)
  void look_now();

 private:
  using Clock = std::chrono::steady_clock;

  void run(std::size_t server);
  void look(std::size_t server);

  // The connection of one thread.
  struct Look {
    std::unique_ptr<Connection> connection;
    Clock::time_point made;
  };

  const MysqlConfig config_;
  const std::vector<ServerAddress> servers_;
  const Owner owner_;
  std::vector<Look> looks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::size_t calls_ = 0;  // of look_now
  std::vector<std::thread> threads_;
};

}  // namespace scanlogin::mysql
