#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/json.h"
#include "clients/mysql.h"
#include "clients/redis.h"
#include "domain/audit/actor.h"
#include "domain/sessions/profiles.h"
#include "domain/sessions/sessions.h"
#include "domain/users/users.h"

namespace scanlogin {

// What became of something that a user wanted for themself.
enum class AccountOutcome {
  done,
  not_found,      // none of the user's identities has this id
  last_identity,  // the user could not log in any more
  gone,           // the user has been deleted or banned meanwhile
  forbidden,      // staff and superusers do not delete themselves
  unconfirmed,    // the user's name was not given, or is another one
  referenced,     // another table of the site's refers to the user
};

// What users do with their own account. Whatever is done is written into user_audit in the
// transaction that does it. All methods throw Error(database) and Error(cache).
class Account {
 public:
  Account(const Config& config, mysql::Client& mysql, redis::Client& redis, const Log& log)
      : providers_(config.providers),
        mysql_(mysql),
        users_(mysql),
        sessions_(config, redis),
        profiles_(redis),
        log_(log) {}

  // The user's identities in the order of their ids, an array (to_json(LinkedIdentity)).
  Json identities(std::int64_t user);

  // Deletes an identity, and those that go with it (unlinked_with()), unless no other would
  // log the user in by a provider that the site offers. Of several at once at least one stays. The
  // sessions stay.
  AccountOutcome unlink(const Actor& actor, std::int64_t user, std::int64_t identity);

  // Deletes the user with identities and sessions, if `confirm` is the user's username. `session`
  // is the one that asks for it. Entries about the user stay in user_audit, without the addresses
  // and browsers; so does one about the deletion. A token of before is refused from then on.
  //
  // Staff and superusers are refused: their rights have to be taken from them first, by somebody
  // else, so that no site loses its last admin by a slip, or by a token that was stolen.
  AccountOutcome remove(const Actor& actor, std::int64_t user, std::string_view session,
                        const std::optional<std::string>& confirm);

 private:
  const std::vector<std::string> providers_;
  mysql::Client& mysql_;
  Users users_;
  Sessions sessions_;
  Profiles profiles_;
  const Log& log_;
};

}  // namespace scanlogin
