#include "domain/sessions/logout.h"

#include <string>

#include "domain/audit/audit.h"

namespace scanlogin {

void log_out(mysql::Client& mysql, Sessions& sessions, const Actor& actor, std::int64_t user,
             std::string_view token) {
  const std::string id = session_id(token);
  mysql.transaction([&](mysql::Connection& connection) {
    record(connection, actor, {"logout", user, Json::object(), id});
    sessions.end(user, id, Ending::logged_out);
  });
}

void log_out_everywhere(mysql::Client& mysql, Sessions& sessions, const Actor& actor,
                        std::int64_t user, std::string_view token) {
  mysql.transaction([&](mysql::Connection& connection) {
    record(connection, actor, {"logout-all", user});
    sessions.end_all(user, Ending::revoked, session_id(token));
  });
}

bool end_own_session(mysql::Client& mysql, Sessions& sessions, const Actor& actor,
                     std::int64_t user, std::string_view id, std::string_view token) {
  if (id == session_id(token)) {
    log_out(mysql, sessions, actor, user, token);
    return true;
  }
  if (!sessions.has(user, id)) {
    sessions.end(user, id, Ending::revoked);  // an earlier try may not be on any replica yet
    return false;
  }
  mysql.transaction([&](mysql::Connection& connection) {
    record(connection, actor, {"revoke", user, Json::object(), std::string(id)});
    sessions.end(user, id, Ending::revoked);
  });
  return true;
}

}  // namespace scanlogin
