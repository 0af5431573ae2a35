#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

#include "base/config.h"
#include "base/log.h"
#include "clients/redis_watcher.h"
#include "domain/sessions/answer_memory.h"
#include "domain/sessions/auth.h"

namespace scanlogin {

// Remembers, in this process, what was answered for a token, and forgets it the moment
// Redis says that userToken_<id> was written, as every login and logout does. Answers are trusted
// for 5 seconds at most, for what only MySQL knows. While Redis cannot be watched nothing is
// remembered. Thread-safe; holds CURRENT_CACHE_ENTRIES answers, of which the coldest leave.
class SessionCache {
 public:
  // What is remembered of a user: whatever the endpoint answers with.
  using Describe = std::string (*)(const User& user);

  SessionCache(const Config& config, mysql::Client& mysql, redis::Client& redis, const Log& log,
               Describe describe);

  // From memory alone: the answer for a token that is certain to be good still; nothing if that has
  // to be looked up. Never blocks.
  std::shared_ptr<const std::string> find(std::string_view token);

  // From Redis and MySQL, as Authenticator does; remembers a good token's answer. Blocks; throws
  // Error(cache) and Error(database).
  std::variant<std::shared_ptr<const std::string>, Denial> look_up(std::string_view token);

  // As the watcher's of the same names (clients/redis_watcher.h).
  void tick() { watcher_.tick(); }
  void check() { watcher_.check(); }

 private:
  class LookUp;  // one under way

  Authenticator authenticator_;
  const Describe describe_;
  std::mutex mutex_;  // guards what follows
  AnswerMemory memory_;
  redis::Watcher watcher_;
};

}  // namespace scanlogin
