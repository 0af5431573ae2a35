#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/log.h"
#include "clients/redis.h"
#include "clients/redis_pipeline.h"
#include "domain/users/users.h"

namespace scanlogin {

// What is kept of users in Redis, so that MySQL is not asked about each one again and again, where
// it may be trusted for long enough (profile_trust.h):
//   userProfile_{userToken_<id>}   a JSON text, for an hour from before MySQL was read;
//                                  "?<nonce>" while somebody reads MySQL for it;
//                                  "!<nonce>" while the user is being changed, for 30 s
// The braces keep it with the user's sessions (sessions.h) in a cluster.
//
// A reader keeps what it has read only if its own "?" still stands, and a writer puts a "!" there
// before it commits: so nobody keeps what was read before a change. All methods throw Error(cache).
class Profiles {
 public:
  explicit Profiles(redis::Client& redis) : redis_(redis) {}

  // How long one is kept, and may be trusted where every change is heard of.
  static constexpr std::chrono::hours kLife{1};

  // A kept one is of a user who is active.
  struct Kept {
    User user;
    std::chrono::milliseconds age;  // since before MySQL was read
  };
  // Asks, from the loop, for the kept one. The handler is called once, with nothing if there is
  // none. pipeline: ready().
  static void find(redis::Pipeline& pipeline, std::int64_t user,
                   std::function<void(std::optional<Kept>)> handler);

  // Asks, from the loop, whether somebody is changing the user. The handler is called once, with
  // true where that cannot be told. pipeline: ready().
  static void find_change(redis::Pipeline& pipeline, std::int64_t user,
                          std::function<void(bool)> handler);
  // The same, where it may block.
  bool is_changing(std::int64_t user);

  // What to do about a user: take what is kept and not older than `oldest`; or read MySQL, and then
  // keep() it by this lease, or keep it nowhere (being_changed), or not in Redis (no_room).
  struct Lease {
    std::string nonce;
  };
  enum class NotKept { being_changed, no_room };
  std::variant<Kept, Lease, NotKept> look(std::int64_t user, std::chrono::milliseconds oldest);
  // Whether nobody has changed the user since the lease was given. The user is active.
  bool keep(const User& user, const Lease& lease);

  // Around a change of the user's row (ProfileChange). From the first on, every process has
  // forgotten the user. Returns what the other needs.
  std::string begin_change(std::int64_t user);
  void end_change(std::int64_t user, std::string_view nonce);

  // These were changed by somebody else: nothing from before is kept.
  void forget(const std::vector<std::int64_t>& users);

 private:
  redis::Client& redis_;
};

// A transaction that changes rows of users. Made before it and destroyed behind it: until then
// nobody keeps what they read of these users. Where Redis is away by then, or the transaction
// failed and may yet be committed, nobody does for half a minute.
class ProfileChange {
 public:
  ProfileChange(Profiles& profiles, const Log& log) : profiles_(profiles), log_(log) {}
  ~ProfileChange();
  ProfileChange(const ProfileChange&) = delete;
  ProfileChange& operator=(const ProfileChange&) = delete;

  // In the transaction, once the user's row is locked; again if that is repeated. Throws
  // Error(cache): what cannot be told must not be changed.
  void begin(std::int64_t user);

 private:
  Profiles& profiles_;
  const Log& log_;
  const int exceptions_ = std::uncaught_exceptions();
  std::map<std::int64_t, std::string> begun_;  // users and nonces
};

}  // namespace scanlogin
