#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace scanlogin {

// A file of sql/migrations. It may be run again, whatever part of it has been done.
struct Migration {
  std::int64_t number = 0;
  std::string name;  // "0001-from-django"
  std::string text;
  // The beginning of the text, up to the line kChanges: it changes nothing, and reports what
  // somebody has to decide as rows with the columns problem and what_to_do. Empty without that
  // line.
  std::string look;
  // What a program has to know at least (kSchema) to run behind it; 0: it turns none away. From a
  // line "-- Oldest program: 7."
  std::int64_t oldest_program = 0;
};

inline constexpr const char* kChanges = "-- Changes begin here.\n";

// Throws Error(config) for a text that is none of a migration's.
Migration parse_migration(const std::string& file_name, std::string text);

// The migrations of a directory in their order: the files *.sql, 0000-NAME.sql and on without a
// gap. Throws Error(config) where it is not so.
std::vector<Migration> read_migrations(const std::string& directory);

}  // namespace scanlogin
