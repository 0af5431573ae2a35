#include "domain/sessions/logout.h"

#include <string>

#include "domain/audit/audit.h"

namespace scanlogin {

void log_out(mysql::Client& mysql, Sessions& sessions, const Actor& actor, std::int64_t user,
             std::string_view token) {
  end_own_session(mysql, sessions, actor, user, session_id(token), token);
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
  const bool own = id == session_id(token);
  bool ended = false;  // by this attempt of the transaction, or by one before
  mysql.transaction([&](mysql::Connection& connection) {
    ended = sessions.end(user, id, own ? Ending::logged_out : Ending::revoked) || ended;
    if (!ended) return;
    record(connection, actor, {own ? "logout" : "revoke", user, Json::object(), std::string(id)});
  });
  return ended;
}

}  // namespace scanlogin
