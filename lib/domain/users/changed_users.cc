#include "domain/users/changed_users.h"

#include <algorithm>
#include <string>
#include <utility>

namespace scanlogin {
namespace {

constexpr std::size_t kRows = 10000;           // at a time
constexpr std::chrono::minutes kPatience{10};  // with a transaction that does not end
constexpr std::size_t kMostGaps = 1024;
constexpr std::int64_t kWidest = 10000;
constexpr std::size_t kGapsAtOnce = 64;
constexpr int kShortenings = 10;

constexpr const char* kTriggers =
    "SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"
    " AND EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'user_user'"
    " AND TRIGGER_NAME IN ('user_user_changed', 'user_user_deleted')";

std::string gaps_query() {
  std::string sql = "SELECT id, user_id FROM user_changed WHERE id BETWEEN ? AND ?";
  for (std::size_t i = 1; i < kGapsAtOnce; ++i) sql += " OR id BETWEEN ? AND ?";
  return sql;
}

std::vector<std::int64_t> column(const std::vector<mysql::Row>& rows, std::size_t index) {
  std::vector<std::int64_t> all;
  all.reserve(rows.size());
  for (const mysql::Row& row : rows) all.push_back(mysql::to_integer(row[index]));
  return all;
}

}  // namespace

ChangedUsers::Reading ChangedUsers::read(const PassOn& pass_on) {
  if (!has_triggers()) {
    begun_ = false;
    return Reading::unavailable;
  }
  if (!begun_) return begin();
  read_gaps(pass_on);
  for (;;) {
    const std::vector<mysql::Row> rows =
        mysql_.query("SELECT id, user_id FROM user_changed WHERE id >= ? ORDER BY id LIMIT ?",
                     {last_, static_cast<std::int64_t>(kRows)});
    const std::vector<std::int64_t> ids = column(rows, 0);
    // The newest row is never deleted. If it is gone, somebody has emptied the table.
    if (last_ > 0 && (ids.empty() || ids.front() != last_)) return begin();
    std::vector<std::int64_t> users = column(rows, 1);
    if (last_ > 0) users.erase(users.begin());  // passed on before
    pass_on(users);
    const auto now = Clock::now();
    for (const std::int64_t id : ids) pass_over(id, now);
    if (rows.size() < kRows) return Reading::complete;
  }
}

bool ChangedUsers::has_triggers() {
  const auto rows = mysql_.query(kTriggers, {});
  return !rows.empty() && mysql::to_integer(rows.front()[0]) == 2;
}

// What was changed before is nothing to this, but a transaction that is open still may have an id
// among those that are there.
ChangedUsers::Reading ChangedUsers::begin() {
  begun_ = false;
  gaps_.clear();
  std::vector<std::int64_t> ids =
      column(mysql_.query("SELECT id FROM user_changed ORDER BY id DESC LIMIT ?",
                          {static_cast<std::int64_t>(kRows)}),
             0);
  std::reverse(ids.begin(), ids.end());
  last_ = ids.empty() || ids.size() < kRows ? 0 : ids.front();
  const auto now = Clock::now();
  for (const std::int64_t id : ids) pass_over(id, now);
  begun_ = true;
  return Reading::begun;
}

void ChangedUsers::pass_over(std::int64_t id, Clock::time_point now) {
  if (id <= last_) return;
  if (id > last_ + 1) gaps_[last_ + 1] = {id - 1, now};
  last_ = id;
  join_gaps();
}

// A server that counts by more than one (auto_increment_increment) leaves one behind each row.
void ChangedUsers::join_gaps() {
  while (gaps_.size() > kMostGaps) {
    const std::int64_t first = gaps_.begin()->first;
    gaps_.erase(gaps_.begin());
    const Gap gap = gaps_.begin()->second;
    gaps_.erase(gaps_.begin());
    gaps_[std::max(first, gap.last - kWidest)] = gap;
  }
}

void ChangedUsers::read_gaps(const PassOn& pass_on) {
  const auto now = Clock::now();
  std::erase_if(gaps_, [now](const auto& gap) { return now - gap.second.since > kPatience; });
  static const std::string sql = gaps_query();
  std::vector<std::int64_t> found;
  for (auto it = gaps_.begin(); it != gaps_.end();) {
    mysql::Parameters ranges;
    for (; it != gaps_.end() && ranges.size() < 2 * kGapsAtOnce; ++it) {
      ranges.insert(ranges.end(), {it->first, it->second.last});
    }
    ranges.resize(2 * kGapsAtOnce, std::int64_t{0});
    const std::vector<mysql::Row> rows = mysql_.query(sql, ranges);
    pass_on(column(rows, 1));
    for (const std::int64_t id : column(rows, 0)) found.push_back(id);
  }
  for (const std::int64_t id : found) fill_gap(id);
}

void ChangedUsers::fill_gap(std::int64_t id) {
  const auto above = gaps_.upper_bound(id);
  if (above == gaps_.begin()) return;
  const auto [first, gap] = *std::prev(above);
  if (id > gap.last) return;
  gaps_.erase(first);
  if (first < id) gaps_[first] = {id - 1, gap.since};
  if (id < gap.last) gaps_[id + 1] = gap;
  join_gaps();
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
      if (mysql::to_integer(row[1]) == 0 || id >= last_) break;
      last_old = id;
    }
    if (last_old == 0 || last_old == mysql::to_integer(rows.front()[0])) return;
    mysql_.transaction([last_old](mysql::Connection& connection) {
      connection.execute("DELETE FROM user_changed WHERE id < ?", {last_old});
    });
  }
}

}  // namespace scanlogin
