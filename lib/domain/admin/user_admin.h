#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/entity_tags.h"
#include "base/json.h"
#include "base/log.h"
#include "clients/mysql.h"
#include "clients/redis.h"
#include "domain/admin/user_changes.h"
#include "domain/admin/user_merge.h"
#include "domain/audit/audit.h"
#include "domain/sessions/profiles.h"
#include "domain/sessions/sessions.h"
#include "domain/users/users.h"

namespace scanlogin {

// What became of something that an admin wanted.
enum class AdminOutcome {
  done,
  not_found,      // no such user, identity or session
  outdated,       // the user has been changed since the version that was named
  forbidden,      // not this to this user by this admin
  unconfirmed,    // the user's name was not given, or is another one
  last_identity,  // the user could not log in any more
  referenced,     // another table of the site's refers to the user
  same_user,      // the user would be merged into themself
  banned,         // the user to merge into is banned
};

// What admins do to users. Whatever is done is written into user_audit in the transaction that does
// it, with what was before and what is after; where sessions end or a user changes, Redis is told
// before it commits, so that what is on record has happened. All methods throw Error(database) and
// Error(cache).
//
// An admin cannot take away their own access (is_staff, is_active), or delete themself or merge
// themself into another user, nor touch a superuser without being one.
class UserAdmin {
 public:
  UserAdmin(const Config& config, mysql::Client& mysql, redis::Client& redis, const Log& log)
      : providers_(config.providers),
        mysql_(mysql),
        sessions_(config, redis),
        profiles_(redis),
        log_(log) {}

  // The user's row with identities, sessions (null while Redis is out of reach) and the newest 50
  // entries of history; and the row's version, which changes with everything that is shown of the
  // row but last_login.
  struct Details {
    Json user;
    std::string version;
  };
  std::optional<Details> show(std::int64_t user);

  // Changes what differs, if the row's version is one of those named. Without any, whatever is
  // there is changed. Ends all sessions of a user who is active no longer.
  AdminOutcome change(const Actor& actor, std::int64_t user,
                      const std::optional<EntityTags>& versions, const UserChanges& changes);
  // Ends all of the user's sessions.
  AdminOutcome log_out(const Actor& actor, std::int64_t user);
  // Ends the one with this id (domain/sessions/sessions.h).
  AdminOutcome end_session(const Actor& actor, std::int64_t user, std::string_view id);
  // Deletes the user with identities and sessions; confirm: the user's username.
  AdminOutcome remove(const Actor& actor, std::int64_t user, const EntityTags& versions,
                      const std::optional<std::string>& confirm);
  // Deletes an identity; one without which an active user could not log in by any provider that the
  // site offers only if told so.
  AdminOutcome unlink(const Actor& actor, std::int64_t identity, bool last_too);

  // One person's two users become one: all identities of `merge.from` are `into`'s from then on,
  // and so is what merge.keep names; `from` is banned, with all sessions ended, and stays. Rights
  // are not carried over: `into` keeps its own is_staff and is_superuser, and `from` has its own
  // still, should it ever be allowed again. A banned `from` is merged like another.
  //
  // not_found: for either of the two. With a check, `into` must have one of the versions, and
  // `confirm` be from's username. A `from` that is banned and has no identities has been merged
  // already: nothing is changed, and nothing is kept of it.
  struct MergeCheck {
    EntityTags versions;
    std::optional<std::string> confirm;
  };
  AdminOutcome merge(const Actor& actor, std::int64_t into, const UserMerge& merge,
                     const std::optional<MergeCheck>& check);

 private:
  static std::string version_of(const User& row);
  static bool may_touch(const Actor& actor, const User& row);
  Json sessions_of(std::int64_t user);

  const std::vector<std::string> providers_;
  mysql::Client& mysql_;
  Sessions sessions_;
  Profiles profiles_;
  const Log& log_;
};

}  // namespace scanlogin
