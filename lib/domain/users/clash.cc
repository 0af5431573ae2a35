#include "domain/users/clash.h"

#include <string>
#include <utility>

namespace scanlogin {

// Read with a lock: another login of the user may have written it since this transaction read
// first. By bytes: identities that differ in case are different.
void record_clash(mysql::Connection& connection, const Actor& actor, std::int64_t user,
                  const Clash& clash) {
  Json detail =
      Json::object().with("other_user", clash.other_user).with("identity", to_json(clash.identity));
  const std::string text = detail.text();
  const auto on_record = connection.query(
      "SELECT id FROM user_audit WHERE user_id = ? AND action = 'clash'"
      " AND CAST(detail AS BINARY) = ? LIMIT 1 LOCK IN SHARE MODE",
      {user, text});
  if (on_record.empty()) record(connection, actor, {"clash", user, std::move(detail)});
}

}  // namespace scanlogin
