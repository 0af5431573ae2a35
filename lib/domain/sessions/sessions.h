#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/json.h"
#include "base/jwt.h"
#include "clients/redis.h"
#include "clients/redis_pipeline.h"
#include "domain/audit/actor.h"

namespace scanlogin {

// How a session ended, as far as that is known.
enum class Ending {
  replaced,    // by a login on another device
  logged_out,  // by the user
  revoked,     // by an admin, or by the user from another session
  disabled,    // with the account
  expired,     // nobody used it for SESSION_IDLE_DAYS
};

struct Session {
  std::string id;  // 32 hex digits, the first of the SHA-256 of its token: names it, opens nothing
  std::int64_t began = 0;            // seconds since 1970
  std::optional<std::int64_t> seen;  // when it was last used, right to a minute; if that is known
  std::string address;
  std::string user_agent;
  std::string provider;  // empty for one from before sessions had it
};

// {"id","began","seen","address","user_agent","provider"}: times as base/timestamp.h has them.
Json to_json(const Session& session);

// The id of the session that a token began.
std::string session_id(std::string_view token);

// Which tokens are good, in Redis:
//   userToken_<id>                 a hash from the SHA-256 of each good token of that user (the
//                                  token itself is kept nowhere) to a JSON text saying when, where
//                                  and how its session began; lives as long as the longest of them
//   userSeen_{userToken_<id>}      a hash from the same to when it was last used, in seconds
//   userEnded_{userToken_<id>}     a hash from the same to how it ended and when, for 7 days; of
//                                  the last 100
// The braces have a cluster keep the three together. All methods throw Error(cache).
//
// Every write but that of a use is settled (redis::Until::settled) before the method returns:
// no process answers from a cache made before it.
class Sessions {
 public:
  // Of the watched keys; the user's id follows.
  static constexpr std::string_view kKeyPrefix = "userToken_";
  static std::string key(std::int64_t user) {
    return std::string(kKeyPrefix) + std::to_string(user);
  }
  // The user of such a key; 0 if it is none.
  static std::int64_t user_of(std::string_view key);

  // Uses of config: SESSION_IDLE_DAYS.
  Sessions(const Config& config, redis::Client& redis)
      : idle_(std::to_string(std::chrono::seconds(config.session_idle).count())), redis_(redis) {}

  // Where a session begins.
  struct Beginning {
    RequestOrigin origin;
    std::string_view provider;
  };
  // Begins a session for this token, which stays good until exp; the oldest ones beyond `devices`
  // are `replaced`. Returns the ids of those that the user has now, this one included. by: until
  // when it may begin, in milliseconds since 1970 by Redis's clock; nothing is done, and nothing
  // returned, if that is past.
  std::optional<std::vector<std::string>> begin(std::int64_t user, std::string_view token,
                                                jwt::Time exp, const Beginning& beginning,
                                                int devices, std::int64_t by);
  // A session whose token nobody was given: it never was.
  void withdraw(std::int64_t user, std::string_view token);

  struct Use {
    bool good = false;             // there is a session, and it counts as used
    std::optional<Ending> ended;   // how it ended, if it did and that is known
    std::chrono::seconds noted{};  // since its last use that is on record; a good one's
  };
  Use use(std::int64_t user, std::string_view token);

  // The user's sessions, the newest first.
  std::vector<Session> list(std::int64_t user);

  // Whether the user has the session with this id.
  bool has(std::int64_t user, std::string_view id);

  // Ends the session with this id, if it is there, and no other.
  void end(std::int64_t user, std::string_view id, Ending how);
  // Ends all of the user's sessions; `own`, the id of the one that asks for it, as logged_out.
  void end_all(std::int64_t user, Ending how, std::string_view own = {});

  // As use(), but from the loop: nobody waits for it. not_good: called if it is no session any
  // more. pipeline: ready().
  void note_use(redis::Pipeline& pipeline, std::int64_t user, std::string_view token,
                std::function<void()> not_good) const;

  // Asks, from the loop, for what use() goes by, and changes nothing. The handler is called once,
  // with nothing where that cannot be told. pipeline: ready().
  struct Sight {
    bool there = false;                // in Redis; unused for too long, maybe
    std::optional<std::int64_t> seen;  // when it was last used, in seconds since 1970
  };
  static void look(redis::Pipeline& pipeline, std::int64_t user, std::string_view token,
                   std::function<void(const std::optional<Sight>&)> handler);

 private:
  redis::Value run(const redis::Script& script, std::int64_t user,
                   const redis::Arguments& arguments, redis::Until until = redis::Until::settled);

  const std::string idle_;
  redis::Client& redis_;
};

}  // namespace scanlogin
