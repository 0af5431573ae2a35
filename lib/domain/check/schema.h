#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scanlogin::check {

// What a column has to be able to hold.
enum class Holds { flag, id, time, text };

// A column of sql/schema.sql.
struct Column {
  std::string_view table;
  std::string_view name;
  Holds holds = Holds::text;
  std::int64_t characters = 0;  // of a text: so many at least
};

extern const std::array<Column, 32> kColumns;

// A key: columns that have to be unique together, or that a search begins with.
struct Key {
  std::string_view table;
  std::string_view columns;  // "oauth_type,oauth_id"
  bool unique = false;
};

extern const std::array<Key, 17> kKeys;

// What information_schema.COLUMNS says of a column.
struct ActualColumn {
  std::string type;  // DATA_TYPE
  std::int64_t characters = 0;
  std::string charset{};
  std::string collation{};
  bool counts_up = false;  // AUTO_INCREMENT
};

// By "table.name".
using ActualColumns = std::map<std::string, ActualColumn, std::less<>>;

// What is wrong with each that is: "user_user.gender is missing".
std::vector<std::string> wrong_columns(const ActualColumns& actual);

// A key as it is there.
struct ActualKey {
  std::string table;
  std::string columns;
  bool unique = false;
};

// Those that no key there stands for: a unique one has to have these columns and no others, any
// other to begin with them.
std::vector<Key> missing_keys(const std::vector<ActualKey>& actual);

}  // namespace scanlogin::check
