#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/config.h"
#include "clients/mysql.h"
#include "clients/redis.h"
#include "domain/sessions/sessions.h"

namespace scanlogin {

// All that is kept about a user, as one JSON text in pieces:
//
//   {"profile":{…},"identities":[…],"sessions":[…],"audit":[…]}
//
// profile: the row of user_user, but for the password's hash. identities: as the user is shown
// them, with oauth_id. sessions: as Sessions::list() has them. audit: the entries about the user,
// the oldest first, {"at","action","by_admin","address","user_agent","session","detail"}; of one
// that an admin made address and user agent are the admin's, and null here. Nothing in it opens
// anything.
class AccountExport {
 public:
  AccountExport(const Config& config, mysql::Client& mysql, redis::Client& redis, std::int64_t user)
      : mysql_(mysql), sessions_(config, redis), user_(user) {}

  // What comes before the entries of the audit; nothing if there is no such user. Throws
  // Error(database) and Error(cache).
  std::optional<std::string> beginning();
  // The next piece of what is behind it, until there is none. At most 1,000 entries are held at a
  // time. Throws Error(database).
  std::optional<std::string> next();

 private:
  mysql::Client& mysql_;
  Sessions sessions_;
  const std::int64_t user_;
  std::int64_t last_entry_ = 0;  // the id of the one given last
  bool ended_ = false;
};

}  // namespace scanlogin
