#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "clients/mysql.h"
#include "domain/audit/actor.h"

namespace scanlogin {

// Something that was done.
struct AuditEntry {
  // login, login-refused, logout, logout-all, replaced, revoke, change, link, unlink, delete,
  // clash, merge (to whom another user was merged) or merged (into another user)
  std::string_view action;
  std::optional<std::int64_t> user;  // to whom; nothing if nobody knows
  Json detail = Json::object();
  std::string session{};  // the id of the session that begins or ends, if it is a single one
};

// Writes it into user_audit, as part of the transaction that the connection is in. One with the
// same request, action and session is there once: a transaction that is repeated says the same
// again. Throws Error(database).
void record(mysql::Connection& connection, const Actor& actor, const AuditEntry& entry);

// Takes out of all entries about a user from where they came: address and user agent, and those of
// a session in the detail. Part of the transaction that the connection is in. Throws
// Error(database).
void forget_origins(mysql::Connection& connection, std::int64_t user);

// Removes what is older, a thousand rows at the most; whether there is more. Throws
// Error(database).
bool forget_audit(mysql::Client& mysql, std::chrono::days older_than);

}  // namespace scanlogin
