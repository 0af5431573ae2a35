#include <string>

#include "domain/users/users.h"

namespace scanlogin {

// There and back again, in a column that is never NULL and that no trigger looks at: a row that
// stays as it is does not count as written.
void Users::mark_changed(mysql::Connection& connection, std::int64_t id) {
  if (!connection.condition().galera) return;
  for (const char* sign : {"+", "-"}) {
    connection.execute("UPDATE user_user SET date_joined = date_joined " + std::string(sign) +
                           " INTERVAL 1 MICROSECOND WHERE id = ?",
                       {id});
  }
}

void Users::unlink(mysql::Connection& connection, std::int64_t identity) {
  connection.execute("DELETE FROM user_oauth WHERE id = ?", {identity});
}

void Users::move_identities(mysql::Connection& connection, std::int64_t from, std::int64_t into) {
  connection.execute(
      "UPDATE user_oauth SET user_id = ?, last_mod_time = UTC_TIMESTAMP(6) WHERE user_id = ?",
      {into, from});
}

void Users::remove(mysql::Connection& connection, std::int64_t id) {
  connection.execute("DELETE FROM user_oauth WHERE user_id = ?", {id});
  connection.execute("DELETE FROM user_user WHERE id = ?", {id});
}

}  // namespace scanlogin
