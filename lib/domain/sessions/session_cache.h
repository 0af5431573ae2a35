#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/config.h"
#include "base/event_loop.h"
#include "base/log.h"
#include "base/metrics.h"
#include "clients/redis_pipeline.h"
#include "clients/redis_watcher.h"
#include "domain/sessions/answer_memory.h"
#include "domain/sessions/auth.h"
#include "domain/sessions/profile_trust.h"
#include "domain/sessions/profiles.h"

namespace scanlogin {

// Says whose a token is, as Authenticator does, and remembers it: in this process what was answered
// for a token, in Redis the user's profile. The memory forgets the moment Redis says that
// userToken_<id> was written, as every login, every logout and every change of a user does; while
// Redis cannot be watched nothing is remembered. For how long it is trusted as to what only MySQL
// knows, profile_trust.h says. Holds CURRENT_CACHE_ENTRIES answers, of which the coldest leave.
class SessionCache {
 public:
  // What is remembered of a user: whatever the endpoint answers with.
  using Describe = std::string (*)(const User& user);
  using Known = std::shared_ptr<const std::string>;

  SessionCache(const Config& config, mysql::Client& mysql, redis::Client& redis, EventLoop& loop,
               const Log& log, Describe describe);

  // On the loop, from memory alone: the answer for a token that is certain to be good still; null
  // if that has to be looked up.
  Known find(std::string_view token) {
    Known known = remembered(token);
    (known ? hits_ : misses_).add();
    return known;
  }

  // What the token itself says.
  std::variant<jwt::Claims, Denial> verify(std::string_view token) const {
    return authenticator_.verify(token);
  }

  class LookUp;  // one under way, of which nothing is kept that has changed since it began
  using Begun = std::shared_ptr<const LookUp>;

  // What Redis alone can say of a verified token.
  struct Glimpse {
    Known known{};  // the answer; or null
    Begun good{};   // not null: there is such a session, and MySQL has to say whose it is
  };
  // On the loop, in one round trip: calls `then`. False, and it is not called, where Redis cannot
  // be asked from here.
  bool look(std::string_view token, const jwt::Claims& claims,
            std::function<void(const Glimpse&)> then);

  // From Redis and, if need be, MySQL; from MySQL alone where a glimpse was good. Blocks;
  // thread-safe; throws Error(cache) and Error(database).
  std::variant<Known, Denial> look_up(std::string_view token, const jwt::Claims& claims,
                                      const Begun& good);

  // About once a second each: tick() on the loop, check() on a thread, where it may block.
  void tick();
  void check();

 private:
  using Clock = AnswerMemory::Time::clock;
  class Glance;     // one under way on the loop
  struct Reading {  // of a user
    Clock::time_point at;
    bool keep = true;
    bool settled = true;
  };

  Known remembered(std::string_view token);
  std::optional<User> read_user(std::int64_t id, const Begun& glimpse, Reading& reading);
  void keep(AnswerMemory::Entry entry, const LookUp& look_up);
  bool keeps_profiles() const;
  void note_use(std::int64_t user, std::string_view token);
  bool is_unused_for_too_long(std::chrono::seconds unused) const {
    return idle_.count() > 0 && unused >= idle_;
  }

  const std::chrono::seconds idle_;  // SESSION_IDLE_DAYS; 0: for ever
  Authenticator authenticator_;
  Users users_;
  Sessions sessions_;
  Profiles profiles_;
  ProfileTrust trust_;
  const Describe describe_;
  std::mutex mutex_;  // guards memory and watcher
  AnswerMemory memory_;
  redis::Watcher watcher_;
  // Whose use Redis is still to be told of, by users and tokens.
  std::vector<std::pair<std::int64_t, std::string>> unnoted_;

  metrics::Counter hits_{"scanlogin_cache_hits_total", "Tokens answered from memory."};
  metrics::Counter misses_{"scanlogin_cache_misses_total", "Tokens that had to be looked up."};
  const metrics::Gauge remembered_{
      "scanlogin_cache_entries", "Tokens whose answer is remembered.", {}, [this] {
        const std::lock_guard lock(mutex_);
        return static_cast<double>(memory_.size());
      }};

  redis::Pipeline pipeline_;  // the last: what waits for its replies uses the others
};

}  // namespace scanlogin
