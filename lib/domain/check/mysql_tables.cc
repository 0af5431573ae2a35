#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "domain/check/mysql.h"
#include "domain/check/schema.h"
#include "domain/schema/schema.h"

namespace scanlogin::check {
namespace {

constexpr const char* kMigrate = "run scanlogin-migrate up, as root";
constexpr std::size_t kShown = 5;

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (std::size_t i = 0; i < all.size() && i < kShown; ++i) {
    text += (i == 0 ? "" : "; ") + all[i];
  }
  if (all.size() > kShown) text += "; and " + std::to_string(all.size() - kShown) + " more";
  return text;
}

// Names in lower case: MySQL has them as they were written.
std::string name_of(const mysql::Row& row) {
  return ascii_lower(row[0].value_or("")) + "." + ascii_lower(row[1].value_or(""));
}

ActualColumns columns_of(mysql::Connection& connection) {
  ActualColumns columns;
  for (const mysql::Row& row :
       connection.query("SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH,"
                        " CHARACTER_SET_NAME, COLLATION_NAME, EXTRA LIKE '%auto_increment%'"
                        " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()",
                        {})) {
    columns[name_of(row)] = {.type = ascii_lower(row[2].value_or("")),
                             .characters = mysql::to_integer(row[3]),
                             .charset = row[4].value_or(""),
                             .collation = row[5].value_or(""),
                             .counts_up = mysql::to_integer(row[6]) == 1};
  }
  return columns;
}

std::vector<ActualKey> keys_of(mysql::Connection& connection) {
  std::vector<ActualKey> keys;
  for (const mysql::Row& row : connection.query(
           "SELECT TABLE_NAME, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX SEPARATOR ','),"
           " MAX(NON_UNIQUE) FROM information_schema.STATISTICS"
           " WHERE TABLE_SCHEMA = DATABASE() GROUP BY TABLE_NAME, INDEX_NAME",
           {})) {
    keys.push_back({.table = ascii_lower(row[0].value_or("")),
                    .columns = ascii_lower(row[1].value_or("")),
                    .unique = mysql::to_integer(row[2]) == 0});
  }
  return keys;
}

Finding tables(mysql::Connection& connection) {
  std::vector<std::string> wrong = wrong_columns(columns_of(connection));
  for (const mysql::Row& row :
       connection.query("SELECT TABLE_NAME, ENGINE FROM information_schema.TABLES"
                        " WHERE TABLE_SCHEMA = DATABASE() AND ENGINE <> 'InnoDB'"
                        " AND TABLE_NAME IN ('user_user', 'user_oauth', 'user_audit')",
                        {})) {
    wrong.push_back(row[0].value_or("") + " is no InnoDB table");
  }
  if (wrong.empty()) return {.what = "mysql tables", .detail = "as in sql/schema.sql"};
  return {
      .what = "mysql tables", .state = State::fault, .detail = joined(wrong), .advice = kMigrate};
}

Finding migrations(mysql::Connection& connection) {
  const std::string what = "mysql migrations";
  try {
    const std::vector<Applied> applied = applied_migrations(connection);
    if (const auto reason = too_new(applied)) {
      return {.what = what, .state = State::fault, .detail = *reason};
    }
    for (const Applied& migration : applied) {
      if (migration.number == kSchema) return {.what = what, .detail = "up to " + migration.name};
    }
    return {.what = what,
            .state = State::fault,
            .detail = "migration " + std::to_string(kSchema) + " is not on record",
            .advice = kMigrate};
  } catch (const mysql::Failure& failure) {
    if (failure.connection_lost()) throw;
    return {.what = what,
            .state = State::warning,
            .detail = failure.what(),
            .advice = "run scanlogin-migrate up, and load sql/grants.sql again, as root"};
  }
}

Finding keys(mysql::Connection& connection) {
  State state = State::well;
  std::vector<std::string> missing;
  for (const Key& key : missing_keys(keys_of(connection))) {
    state = std::max(state, key.unique ? State::fault : State::warning);
    missing.push_back((key.unique ? "nothing keeps unique: " : "no key for: ") +
                      std::string(key.table) + "(" + std::string(key.columns) + ")");
  }
  if (missing.empty()) return {.what = "mysql keys", .detail = "as in sql/schema.sql"};
  return {.what = "mysql keys",
          .state = state,
          .detail = joined(missing),
          .advice = state == State::fault
                        ? std::string("one person could get two accounts: ") + kMigrate
                        : std::string("lists and searches are slow: ") + kMigrate};
}

Finding triggers(mysql::Connection& connection) {
  const auto rows = connection.query(
      "SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"
      " AND TRIGGER_NAME IN ('user_user_changed', 'user_user_deleted')",
      {});
  const bool there = !rows.empty() && mysql::to_integer(rows[0][0]) == 2;
  return {.what = "mysql triggers",
          .detail = there ? "there: changes by SQL are heard of within two seconds"
                          : "none to be seen: changes by SQL count after PROFILE_TRUST_S"};
}

Finding admins(mysql::Connection& connection) {
  const auto rows = connection.query(
      "SELECT COUNT(*) FROM user_user WHERE is_active = 1 AND (is_staff = 1 OR is_superuser = 1)",
      {});
  const std::int64_t count = rows.empty() ? 0 : mysql::to_integer(rows[0][0]);
  if (count > 0) return {.what = "admins", .detail = std::to_string(count)};
  return {
      .what = "admins",
      .state = State::warning,
      .detail = "nobody is one",
      .advice = "log in, find your id with scanlogin-admin list, then: scanlogin-admin staff ID"};
}

}  // namespace

Findings check_schema(mysql::Connection& connection) {
  Findings found{migrations(connection), tables(connection), keys(connection),
                 triggers(connection)};
  try {
    found.push_back(admins(connection));
  } catch (const mysql::Failure& failure) {
    if (failure.connection_lost()) throw;
    found.push_back({.what = "admins", .state = State::unknown, .detail = failure.what()});
  }
  return found;
}

}  // namespace scanlogin::check
