#pragma once

#include <cstdint>

#include "clients/mysql.h"
#include "domain/audit/audit.h"
#include "domain/users/users.h"

namespace scanlogin {

// Writes into user_audit, as part of the transaction that the connection is in, that the user
// logged in with an identity that is another user's: the action `clash`, with
// {"other_user":ID,"identity":{"oauth_type","oauth_id"}}. One that is on record is not written
// again. The user is locked. Throws Error(database).
void record_clash(mysql::Connection& connection, const Actor& actor, std::int64_t user,
                  const Clash& clash);

}  // namespace scanlogin
