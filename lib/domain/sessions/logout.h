#pragma once

#include <cstdint>
#include <string_view>

#include "clients/mysql.h"
#include "domain/audit/actor.h"
#include "domain/sessions/sessions.h"

namespace scanlogin {

// How users end their own sessions. Each is written into user_audit in a transaction that commits
// when Redis knows of it. All throw Error(database) and Error(cache).

// Ends the session of this token, and no other: a login that came after it stands.
void log_out(mysql::Client& mysql, Sessions& sessions, const Actor& actor, std::int64_t user,
             std::string_view token);
// Ends all of them; the others are revoked.
void log_out_everywhere(mysql::Client& mysql, Sessions& sessions, const Actor& actor,
                        std::int64_t user, std::string_view token);
// Ends the one with this id; that of the token itself is logged out, another one revoked. Whether
// the user had it.
bool end_own_session(mysql::Client& mysql, Sessions& sessions, const Actor& actor,
                     std::int64_t user, std::string_view id, std::string_view token);

}  // namespace scanlogin
