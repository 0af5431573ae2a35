#include "domain/audit/audit.h"

#include "base/utf8.h"

namespace scanlogin {
namespace {

// Columns' widths in characters (sql/schema.sql).
constexpr std::size_t kNameWidth = 150;
constexpr std::size_t kAddressWidth = 64;
constexpr std::size_t kUserAgentWidth = 256;

mysql::Parameter id_or_null(const std::optional<std::int64_t>& id) {
  if (!id) return nullptr;
  return *id;
}

std::string fitting(const std::string& text, std::size_t width) {
  return std::string(utf8_cut(utf8_scrub(text), width));
}

}  // namespace

void record(mysql::Connection& connection, const Actor& actor, const AuditEntry& entry) {
  const std::string name = fitting(actor.name, kNameWidth);
  const std::string address = fitting(actor.origin.address, kAddressWidth);
  const std::string user_agent = fitting(actor.origin.user_agent, kUserAgentWidth);
  const std::string detail = entry.detail.text();
  connection.execute(
      "INSERT INTO user_audit (at, action, user_id, actor_id, actor_name, address, user_agent,"
      " request, detail, session) VALUES (UTC_TIMESTAMP(6), ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON DUPLICATE KEY UPDATE id = id",
      {entry.action, id_or_null(entry.user), id_or_null(actor.admin), name, address, user_agent,
       actor.request, detail, entry.session});
}

// The detail is taken for JSON only where it is: MySQL gives up on a function of JSON otherwise.
void forget_origins(mysql::Connection& connection, std::int64_t user) {
  connection.execute(
      "UPDATE user_audit SET address = '', user_agent = '', detail = CASE"
      " WHEN NOT JSON_VALID(detail) THEN detail"
      " WHEN JSON_CONTAINS_PATH(detail, 'one', '$.address', '$.user_agent')"
      " THEN JSON_REMOVE(JSON_REMOVE(detail, '$.address'), '$.user_agent')"
      " ELSE detail END WHERE user_id = ?",
      {user});
}

bool forget_audit(mysql::Client& mysql, std::chrono::days older_than) {
  const std::int64_t days{older_than.count()};
  mysql.transaction([&](mysql::Connection& connection) {
    connection.execute(
        "DELETE FROM user_audit WHERE at < UTC_TIMESTAMP(6) - INTERVAL ? DAY ORDER BY at"
        " LIMIT 1000",
        {days});
  });
  return !mysql
              .query(
                  "SELECT id FROM user_audit WHERE at < UTC_TIMESTAMP(6) - INTERVAL ? DAY"
                  " LIMIT 1",
                  {days})
              .empty();
}

}  // namespace scanlogin
