#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clients/mysql.h"
#include "domain/schema/migration.h"

namespace scanlogin {

// The newest migration of sql/migrations that this program knows. It runs on no database without
// it, and on none with a migration whose oldest_program is greater.
inline constexpr std::int64_t kSchema = 5;

// A row of scanlogin_schema: a migration that the database has had.
struct Applied {
  std::int64_t number = 0;
  std::string name;
  std::string at;  // "2026-01-31T09:30:00Z"
  std::int64_t oldest_program = 0;
};

// In their order; none where there is no table. Throws mysql::Failure.
std::vector<Applied> applied_migrations(mysql::Connection& connection);
// Takes them down as applied now, where that is not on record. False without the table.
bool record_migrations(mysql::Connection& connection, const std::vector<const Migration*>& them);

// Why no program of this version may run on a database with these; nothing if it may, or does not
// because some are missing.
std::optional<std::string> too_new(const std::vector<Applied>& applied);

struct SchemaCheck {
  enum class Finding {
    right,
    wrong,       // this program must not run on it
    unreadable,  // scanlogin_schema is for others to read, or missing
  };
  Finding finding = Finding::right;
  std::string reason;  // in one line, with what to do
};

// Whether this program may run on the database. Throws Error(database) while that cannot be asked.
SchemaCheck check_schema(mysql::Client& mysql);

}  // namespace scanlogin
