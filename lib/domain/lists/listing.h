#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "clients/mysql.h"
#include "domain/lists/bad_parameter.h"

namespace scanlogin {

// What a column holds, and so how it is shown and what a filter on it may be.
enum class ColumnKind { integer, text, boolean, time, json };

struct Column {
  // In replies, orderings and filters; and in the table, whose alias is t.
  const char* name = nullptr;
  ColumnKind kind = ColumnKind::text;
  bool ordered = false;   // may be ordered by: there is an index
  bool unique = false;    // no two rows have the same
  bool filtered = false;  // may be asked for: a time by __gte and __lt, anything else by its value
  const char* field = nullptr;  // the name in the table where it is another one
};

// A place where what is searched for may stand. Each text has one {column}, which stands for the
// condition that this column begins with what is searched for.
struct Searched {
  const char* ids;        // SELECTs the ids of the rows, each once, from an index alone
  const char* condition;  // the same as a condition on t
};

// A list of a table's rows; or of those that a SELECT finds, under a name that stands for it.
struct Listing {
  const char* table;
  const char* select = nullptr;
  // The first one is `id`, the primary key.
  std::vector<Column> columns;
  const char* default_ordering = "id";
  std::vector<Searched> searched{};  // empty: there is no search
};

// A request for a part of a list, checked.
struct ListQuery {
  struct Filter {
    std::string condition;  // with one ?
    std::string value;
  };
  const Column* ordering = nullptr;
  bool descending = false;
  std::vector<Filter> filters;
  std::string pattern;  // of the search, for LIKE; empty: none
  std::int64_t limit = 50;
  bool csv = false;
  // Where the part before this one ended: the ordering column's value and the id.
  struct Position {
    std::optional<std::string> value;
    std::int64_t id = 0;
  };
  std::optional<Position> after;
};

// The column of that name; null if there is none.
const Column* find_column(const Listing& listing, std::string_view name);
// The column in SQL, "t.id".
std::string sql_name(const Column& column);
// The ordering as a request gives it, "-date_joined".
std::string ordering_name(const ListQuery& query);
// Where a row stands in the query's order, and the same as a reply's `next`.
ListQuery::Position position_of(const Listing& listing, const ListQuery& query,
                                const mysql::Row& row);
std::string to_cursor(const ListQuery& query, const ListQuery::Position& position);

// Reads q, ordering, limit (1 to 200), cursor, format=csv and the listing's filters from names and
// values, as a query string has them. One that is known and empty counts as absent.
std::variant<ListQuery, BadParameter> parse_list_query(
    const Listing& listing, const std::vector<std::pair<std::string, std::string>>& parameters);

// The rows of a part, and whether there are more behind them. Takes milliseconds however long the
// list is: it goes on where the part before ended, in an index's order. Throws Error(database).
struct ListPart {
  std::vector<mysql::Row> rows;
  bool more = false;
};
ListPart read_part(mysql::Client& mysql, const Listing& listing, const ListQuery& query);

// All rows whose column of that name has this value, at most `limit`, in the order of their ids.
ListQuery rows_with(const Listing& listing, std::string_view column, std::int64_t value,
                    std::int64_t limit);

// A row as JSON, its columns in their order.
Json row_json(const Listing& listing, const mysql::Row& row);
// A column of a row, as MySQL has it; empty for NULL.
std::string column_of(const Listing& listing, const mysql::Row& row, std::string_view name);
// {"items":[ROW,…],"next":…}: `next` is the cursor for the part that follows, null if there is
// none.
Json part_json(const Listing& listing, const ListQuery& query, const ListPart& part);

}  // namespace scanlogin
