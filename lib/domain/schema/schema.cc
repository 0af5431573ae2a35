#include "domain/schema/schema.h"

namespace scanlogin {
namespace {

// Error numbers of MySQL and MariaDB.
constexpr unsigned kTableDenied = 1142;
constexpr unsigned kColumnDenied = 1143;
constexpr unsigned kNoTable = 1146;

std::string what_this_knows() {
  return "this program knows migration " + std::to_string(kSchema) + " at the most";
}

std::string for_newer_programs(const std::string& migration) {
  return "the database has had migration " + migration + ", behind which " + what_this_knows() +
         ": install the newer scanlogin";
}

}  // namespace

std::vector<Applied> applied_migrations(mysql::Connection& connection) {
  std::vector<Applied> applied;
  try {
    const auto rows = connection.query(
        "SELECT number, name, DATE_FORMAT(applied_at, '%Y-%m-%dT%H:%i:%sZ'), oldest_program"
        " FROM scanlogin_schema ORDER BY number",
        {});
    for (const mysql::Row& row : rows) {
      applied.push_back({.number = mysql::to_integer(row[0]),
                         .name = row[1].value_or(""),
                         .at = row[2].value_or(""),
                         .oldest_program = mysql::to_integer(row[3])});
    }
  } catch (const mysql::Failure& failure) {
    if (failure.code() != kNoTable) throw;
  }
  return applied;
}

bool record_migrations(mysql::Connection& connection, const std::vector<const Migration*>& them) {
  try {
    for (const Migration* migration : them) {
      connection.execute(
          "INSERT INTO scanlogin_schema (number, name, applied_at, oldest_program)"
          " VALUES (?, ?, UTC_TIMESTAMP(6), ?) ON DUPLICATE KEY UPDATE number = number",
          {migration->number, migration->name, migration->oldest_program});
    }
  } catch (const mysql::Failure& failure) {
    if (failure.code() != kNoTable) throw;
    return false;
  }
  return true;
}

std::optional<std::string> too_new(const std::vector<Applied>& applied) {
  for (const Applied& migration : applied) {
    if (migration.oldest_program > kSchema) return for_newer_programs(migration.name);
  }
  return std::nullopt;
}

SchemaCheck check_schema(mysql::Client& mysql) {
  using Finding = SchemaCheck::Finding;
  try {
    const auto rows = mysql.query(
        "SELECT number, name, oldest_program FROM scanlogin_schema ORDER BY oldest_program DESC",
        {});
    bool has_all = false;
    for (const mysql::Row& row : rows) {
      if (mysql::to_integer(row[0]) == kSchema) has_all = true;
    }
    if (!rows.empty() && mysql::to_integer(rows.front()[2]) > kSchema) {
      return {Finding::wrong, for_newer_programs(rows.front()[1].value_or(""))};
    }
    if (has_all) return {};
    const std::string last = std::to_string(kSchema);
    return {Finding::wrong, "the database has not had migration " + last +
                                ", which this program needs: run scanlogin-migrate up"};
  } catch (const mysql::Failure& failure) {
    if (failure.code() == kNoTable) {
      return {Finding::wrong,
              "the database has no table scanlogin_schema: run scanlogin-migrate up"};
    }
    if (failure.code() != kTableDenied && failure.code() != kColumnDenied) throw;
    return {Finding::unreadable, std::string(failure.what()) +
                                     ": run scanlogin-migrate up, and load sql/grants.sql again"};
  }
}

}  // namespace scanlogin
