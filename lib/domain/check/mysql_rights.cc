#include <array>
#include <string>
#include <string_view>

#include "clients/mysql_failure.h"
#include "domain/check/mysql.h"

namespace scanlogin::check {
namespace {

// MySQL looks at rights before anything else: all other errors are none of rights.
constexpr unsigned kTableDenied = 1142;
constexpr unsigned kColumnDenied = 1143;
constexpr unsigned kDatabaseDenied = 1044;

struct Trial {
  std::string_view right;
  const char* table;
  const char* statement;
};

constexpr std::string_view kSelect = "SELECT";

// Each needs that right alone, and concerns no row.
constexpr std::array kTrials = {
    Trial{kSelect, "user_user", "SELECT id FROM user_user WHERE 1 = 0"},
    Trial{"INSERT", "user_user",
          "INSERT INTO user_user (username) SELECT '' FROM DUAL WHERE 1 = 0"},
    Trial{"UPDATE", "user_user", "UPDATE user_user SET nickname = '' WHERE 1 = 0"},
    Trial{"DELETE", "user_user", "DELETE FROM user_user WHERE 1 = 0"},
    Trial{kSelect, "user_oauth", "SELECT id FROM user_oauth WHERE 1 = 0"},
    Trial{"INSERT", "user_oauth",
          "INSERT INTO user_oauth (oauth_id) SELECT '' FROM DUAL WHERE 1 = 0"},
    Trial{"UPDATE", "user_oauth", "UPDATE user_oauth SET oauth_id = '' WHERE 1 = 0"},
    Trial{"DELETE", "user_oauth", "DELETE FROM user_oauth WHERE 1 = 0"},
    Trial{kSelect, "user_audit", "SELECT id FROM user_audit WHERE 1 = 0"},
    Trial{"INSERT", "user_audit",
          "INSERT INTO user_audit (action) SELECT '' FROM DUAL WHERE 1 = 0"},
    Trial{"UPDATE", "user_audit", "UPDATE user_audit SET detail = '' WHERE 1 = 0"},
    Trial{"DELETE", "user_audit", "DELETE FROM user_audit WHERE 1 = 0"},
};

bool is_denied(mysql::Connection& connection, const Trial& trial) {
  try {
    mysql::Transaction transaction(connection);  // rolled back
    if (trial.right == kSelect) {
      connection.query(trial.statement, {});
    } else {
      connection.execute(trial.statement, {});
    }
    return false;
  } catch (const mysql::Failure& failure) {
    if (failure.connection_lost()) throw;
    return failure.code() == kTableDenied || failure.code() == kColumnDenied ||
           failure.code() == kDatabaseDenied;
  }
}

// Global ones, which no program of a site should have.
std::string needless(mysql::Connection& connection) {
  const auto rows = connection.query(
      "SELECT GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE SEPARATOR ', ')"
      " FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE <> 'USAGE'"
      " AND GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')",
      {});
  return rows.empty() ? "" : rows[0][0].value_or("");
}

}  // namespace

Findings check_rights(mysql::Connection& connection) {
  std::string missing;
  for (const Trial& trial : kTrials) {
    if (!is_denied(connection, trial)) continue;
    missing += (missing.empty() ? "" : ", ") + std::string(trial.right) + " on " + trial.table;
  }
  const std::string more = needless(connection);
  if (!missing.empty()) {
    return {{.what = "mysql rights",
             .state = State::fault,
             .detail = "not allowed, or no such table: " + missing,
             .advice = "run scanlogin-migrate up if the tables are not there; then load "
                       "sql/grants.sql, both as root"}};
  }
  if (!more.empty()) {
    return {{.what = "mysql rights",
             .state = State::warning,
             .detail = "more than is needed, on all databases: " + more,
             .advice = "give the programs a user of their own with sql/grants.sql and no more"}};
  }
  return {{.what = "mysql rights", .detail = "as in sql/grants.sql"}};
}

}  // namespace scanlogin::check
