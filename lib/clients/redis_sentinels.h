#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/config.h"
#include "base/log.h"
#include "clients/sockets.h"

namespace scanlogin::redis {

class Connection;

// Knows from Sentinels where a master is
// (redis.io/docs/latest/develop/reference/sentinel-clients). A thread for each Sentinel asks it
// once a second, and at once when it announces a switch. Private to lib/clients.
//
// Sentinels need not agree: who was cut off still names the old master. Each configuration has a
// number, the config epoch, and the highest counts
// (redis.io/docs/latest/operate/oss_and_stack/management/sentinel, "Configuration propagation").
// What a Sentinel said last stands until it says something else. Of equal ones the one counts that
// was said first the latest: who repeats himself has nothing new to say.
class Sentinels {
 public:
  // moved: called on one of the threads with the master's address, the first and each other one.
  Sentinels(const RedisConfig& config, Log log, std::function<void(const ServerAddress&)> moved);
  ~Sentinels();

 private:
  struct Word {
    std::uint64_t epoch = 0;
    // Whether the address is that of a replica which is just being made the master: newer than all
    // else of this epoch.
    bool promoted = false;
    ServerAddress address;
    // When the Sentinel began to say so, in changes of all Sentinels' words.
    std::uint64_t since = 0;
  };

  void follow(std::size_t which);
  void follow_while_it_answers(std::size_t which);
  std::optional<Word> ask(Connection& sentinel) const;
  void hear(std::size_t which, const std::optional<Word>& word);
  bool pause();  // false: it is time to end

  const RedisConfig config_;
  const Log log_;
  const std::function<void(const ServerAddress&)> moved_;
  Sockets sockets_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable ending_;
  bool ended_ = false;
  bool unknown_told_ = false;
  std::vector<std::optional<Word>> words_;  // by Sentinel
  std::uint64_t changes_ = 0;
  std::string told_;
  std::vector<std::thread> threads_;  // the last: they use the others
};

}  // namespace scanlogin::redis
