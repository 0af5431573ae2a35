#pragma once

#include <cstdint>

#include "base/log.h"
#include "clients/mysql.h"
#include "domain/audit/actor.h"
#include "domain/login/claim.h"
#include "domain/login/login_outcome.h"
#include "domain/providers/provider.h"

namespace scanlogin {

// Adds the person's identities to a user, who can log in by them from then on: Linked, also where
// all of them are the user's already. IdentityTaken, and nothing is changed, where one is another
// user's. Banned for a user who is banned or gone. The log is told, and user_audit, in the
// transaction that does it. Throws Error(database), and what claim.renew() does.
LoginOutcome link_identities(mysql::Client& mysql, const ProviderFacts& provider,
                             const Person& person, std::int64_t user, Claim& claim,
                             const Actor& actor, const Log& log);

}  // namespace scanlogin
