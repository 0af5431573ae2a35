#include "domain/users/changed_users.h"

#include <string>
#include <utility>

namespace scanlogin {
namespace {

constexpr std::size_t kRows = 10000;  // at a time
constexpr std::size_t kRangesAtOnce = 64;
constexpr int kShortenings = 10;

constexpr const char* kTriggers =
    "SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"
    " AND EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'user_user'"
    " AND TRIGGER_NAME IN ('user_user_changed', 'user_user_deleted')";

std::string ranges_query() {
  std::string sql = "SELECT id, user_id FROM user_changed WHERE id BETWEEN ? AND ?";
  for (std::size_t i = 1; i < kRangesAtOnce; ++i) sql += " OR id BETWEEN ? AND ?";
  return sql;
}

}  // namespace

ChangedUsers::Reading ChangedUsers::read(const PassOn& pass_on) {
  const std::uint64_t servers = mysql_.servers_used();
  if (!has_triggers()) {
    begun_ = false;
    return Reading::unavailable;
  }
  if (!begun_ || servers != servers_before_) {
    servers_before_ = servers;
    return begin();
  }
  read_late_ones(pass_on);
  for (;;) {
    const std::int64_t last = seen_.last();
    const std::vector<mysql::Row> rows =
        mysql_.query("SELECT id, user_id FROM user_changed WHERE id >= ? ORDER BY id LIMIT ?",
                     {last, static_cast<std::int64_t>(kRows)});
    // The newest row is never deleted. If it is gone, somebody has emptied the table.
    if (last > 0 && (rows.empty() || mysql::to_integer(rows.front()[0]) != last)) return begin();
    pass_on_new(rows, pass_on);
    if (rows.size() < kRows) return Reading::complete;
  }
}

// Seen once they are passed on.
void ChangedUsers::pass_on_new(const std::vector<mysql::Row>& rows, const PassOn& pass_on) {
  std::vector<std::int64_t> users;
  for (const mysql::Row& row : rows) {
    if (seen_.is_new(mysql::to_integer(row[0]))) users.push_back(mysql::to_integer(row[1]));
  }
  pass_on(users);
  const auto now = SeenIds::Clock::now();
  for (const mysql::Row& row : rows) seen_.see(mysql::to_integer(row[0]), now);
}

bool ChangedUsers::has_triggers() {
  const auto rows = mysql_.query(kTriggers, {});
  return !rows.empty() && mysql::to_integer(rows.front()[0]) == 2;
}

// What was changed before is nothing to this, but a transaction that is open still may have an id
// among those that are there.
ChangedUsers::Reading ChangedUsers::begin() {
  begun_ = false;
  const std::vector<mysql::Row> rows = mysql_.query(
      "SELECT id FROM user_changed ORDER BY id DESC LIMIT ?", {static_cast<std::int64_t>(kRows)});
  seen_.begin(rows.size() < kRows ? 0 : mysql::to_integer(rows.back()[0]));
  const auto now = SeenIds::Clock::now();
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    seen_.see(mysql::to_integer((*row)[0]), now);
  }
  begun_ = true;
  return Reading::begun;
}

void ChangedUsers::read_late_ones(const PassOn& pass_on) {
  const auto ranges = seen_.waited_for(kRangesAtOnce, SeenIds::Clock::now());
  if (ranges.empty()) return;
  mysql::Parameters ids;
  for (const SeenIds::Range& range : ranges) ids.insert(ids.end(), {range.first, range.last});
  ids.resize(2 * kRangesAtOnce, std::int64_t{0});
  static const std::string sql = ranges_query();
  pass_on_new(mysql_.query(sql, ids), pass_on);
}

// But for the newest of the old ones: other processes may have read up to it, and look for it.
void ChangedUsers::shorten() {
  for (int left = kShortenings; left > 0; --left) {
    const std::vector<mysql::Row> rows = mysql_.query(
        "SELECT id, at < UTC_TIMESTAMP(6) - INTERVAL 2 HOUR FROM user_changed ORDER BY id LIMIT ?",
        {static_cast<std::int64_t>(kRows)});
    std::int64_t last_old = 0;
    for (const mysql::Row& row : rows) {
      const std::int64_t id = mysql::to_integer(row[0]);
      if (mysql::to_integer(row[1]) == 0 || id >= seen_.last()) break;
      last_old = id;
    }
    if (last_old == 0 || last_old == mysql::to_integer(rows.front()[0])) return;
    mysql_.transaction([last_old](mysql::Connection& connection) {
      connection.execute("DELETE FROM user_changed WHERE id < ?", {last_old});
    });
  }
}

}  // namespace scanlogin
