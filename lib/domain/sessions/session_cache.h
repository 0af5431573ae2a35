#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "base/config.h"
#include "base/log.h"
#include "clients/redis_watcher.h"
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
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Entry {
    std::string token;
    std::int64_t user;
    std::shared_ptr<const std::string> answer;
    jwt::Time exp;
    SteadyTime trusted_until;
  };
  using Entries = std::list<Entry>;
  class LookUp;  // a look-up under way, told of changes that overtake it

  void forget(std::int64_t user);
  void forget_all();
  void erase(Entries::iterator entry);
  void keep(Entry entry);

  const std::size_t limit_;
  Authenticator authenticator_;
  const Describe describe_;
  std::mutex mutex_;  // guards what follows
  Entries entries_;   // the hottest first
  std::unordered_map<std::string_view, Entries::iterator> by_token_;
  std::unordered_multimap<std::int64_t, Entries::iterator> by_user_;
  std::set<LookUp*> look_ups_;
  redis::Watcher watcher_;
};

}  // namespace scanlogin
