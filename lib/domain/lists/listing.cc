#include "domain/lists/listing.h"

#include <algorithm>
#include <list>

#include "base/timestamp.h"

namespace scanlogin {
namespace {

constexpr std::int64_t kFew = 6000;  // rows, sorted in some milliseconds

// Where the first character beyond the first 65,536 begins: an emoji, a rare Han character.
std::size_t find_supplementary(std::string_view text) {
  const auto found = std::find_if(text.begin(), text.end(),
                                  [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
  return static_cast<std::size_t>(found - text.begin());
}

// SQL text and the values of its placeholders, which must live as long.
struct Statement {
  std::string sql{};
  mysql::Parameters parameters{};
  std::list<std::string> made{};  // of the values

  void add(const std::string& text, mysql::Parameter value) {
    sql += text;
    parameters.push_back(value);
  }

  // A text of Searched.
  void add_search(std::string_view text, const std::string& pattern) {
    const std::size_t begin = text.find('{'), end = text.find('}');
    const std::string column(text.substr(begin + 1, end - begin - 1));
    sql += text.substr(0, begin);
    const std::size_t supplementary = find_supplementary(pattern);
    if (supplementary == pattern.size()) {
      add(column + " LIKE ?", std::string_view(pattern));
    } else {
      // To many a collation all such characters are alike, and MariaDB's utf8mb4_unicode_ci finds
      // none of them by an index: that is for what comes before.
      add(column + " LIKE ?",
          std::string_view(made.emplace_back(pattern.substr(0, supplementary) + '%')));
      add(" AND CONVERT(" + column + " USING utf8mb4) COLLATE utf8mb4_unicode_520_ci LIKE ?",
          std::string_view(pattern));
    }
    sql += text.substr(end + 1);
  }
};

// What comes behind the position, in the query's order. NULL is the least there is. IS NULL would
// be true of '0000-00-00' as well, in a column that cannot hold NULL.
void add_position(Statement& statement, const ListQuery& query) {
  const ListQuery::Position& after = *query.after;
  const std::string column = sql_name(*query.ordering);
  const std::string beyond = query.descending ? " < ?" : " > ?";
  if (std::string_view(query.ordering->name) == "id") {
    statement.add(" AND t.id" + beyond, after.id);
  } else if (!after.value && query.descending) {
    statement.add(" AND " + column + " <=> NULL AND t.id < ?", after.id);
  } else if (!after.value) {
    // The second NULL lets the server begin at the position instead of with the first NULL.
    statement.add(" AND (" + column + " IS NOT NULL OR (" + column + " <=> NULL AND t.id > ?))",
                  after.id);
  } else if (query.ordering->unique) {
    statement.add(" AND " + column + beyond, std::string_view(*after.value));
  } else {
    statement.add(" AND (" + column + beyond, std::string_view(*after.value));
    statement.add(" OR (" + column + " = ?", std::string_view(*after.value));
    statement.add(" AND t.id" + beyond + ")", after.id);
    statement.sql += query.descending ? " OR " + column + " <=> NULL)" : ")";
  }
}

// The id settles what comes first of equals. Behind a unique column it would only keep the server
// from reading the column's index in its order; so would the column where only its NULLs are left.
void add_order(Statement& statement, const ListQuery& query) {
  const std::string direction = query.descending ? " DESC" : "";
  const bool only_nulls = query.descending && query.after && !query.after->value;
  const std::string by_column = sql_name(*query.ordering) + direction;
  const std::string by_id = "t.id" + direction;
  statement.sql += " ORDER BY ";
  statement.sql += only_nulls               ? by_id
                   : query.ordering->unique ? by_column
                                            : by_column + ", " + by_id;
  statement.add(" LIMIT ?", query.limit + 1);
}

std::string selected(const Listing& listing) {
  std::string columns;
  for (const Column& column : listing.columns) {
    columns += (columns.empty() ? "" : ", ") + sql_name(column);
  }
  return columns;
}

// One search finds few rows: they are fetched and sorted. Another finds many: the list is gone
// through in its order, where the next ones are met soon. Told by how many ids there are, because
// the server, which guesses, takes hundreds of milliseconds where it guesses wrong.
std::vector<bool> which_are_few(mysql::Client& mysql, const Listing& listing,
                                const ListQuery& query) {
  Statement counts{"SELECT "};
  for (const Searched& searched : listing.searched) {
    if (&searched != listing.searched.data()) counts.sql += ", ";
    counts.sql += "(SELECT COUNT(*) FROM (";
    counts.add_search(searched.ids, query.pattern);
    counts.add(" LIMIT ?) AS found)", kFew + 1);
  }
  const std::vector<mysql::Row> rows = mysql.query(counts.sql, counts.parameters);
  std::vector<bool> few;
  for (const auto& count : rows.front()) {
    few.push_back(mysql::to_integer(count) <= kFew);
  }
  return few;
}

// The rows that satisfy the filters and, if there is one, a search.
void add_select(Statement& statement, const Listing& listing, const ListQuery& query,
                const Searched* searched = nullptr, bool few = false) {
  const std::string select = listing.select == nullptr ? "" : listing.select;
  const std::string table = (select.empty() ? listing.table : "(" + select + ")") + " t";
  statement.sql += "SELECT " + selected(listing) + " FROM ";
  if (searched == nullptr) {
    statement.sql += table + " WHERE TRUE";
  } else if (few) {
    statement.sql += "(";
    statement.add_search(searched->ids, query.pattern);
    statement.add(" LIMIT ?) AS found STRAIGHT_JOIN " + table + " ON t.id = found.id WHERE TRUE",
                  kFew);
  } else {
    statement.sql += table + " WHERE ";
    statement.add_search(searched->condition, query.pattern);
  }
  for (const ListQuery::Filter& filter : query.filters) {
    statement.add(" AND " + filter.condition, std::string_view(filter.value));
  }
  if (query.after) add_position(statement, query);
  add_order(statement, query);
}

Json value_json(Json row, const Column& column, const std::optional<std::string>& value) {
  if (!value) return std::move(row).with(column.name, nullptr);
  switch (column.kind) {
    case ColumnKind::integer:
      return std::move(row).with(column.name, mysql::to_integer(value));
    case ColumnKind::boolean:
      return std::move(row).with(column.name, *value != "0");
    case ColumnKind::time:
      return std::move(row).with(column.name, json_time(*value));
    case ColumnKind::json: {
      std::optional<Json> json = Json::parse(*value);
      if (!json) return std::move(row).with(column.name, nullptr);
      return std::move(row).with(column.name, std::move(*json));
    }
    case ColumnKind::text:
      break;
  }
  return std::move(row).with(column.name, *value);
}

}  // namespace

ListPart read_part(mysql::Client& mysql, const Listing& listing, const ListQuery& query) {
  Statement statement;
  if (query.pattern.empty()) {
    add_select(statement, listing, query);
  } else {
    // One search for each place, so that each can go by the index that suits it.
    const std::vector<bool> few = which_are_few(mysql, listing, query);
    statement.sql = "SELECT * FROM (";
    for (std::size_t i = 0; i < few.size(); ++i) {
      statement.sql += i == 0 ? "(" : " UNION (";
      add_select(statement, listing, query, &listing.searched[i], few[i]);
      statement.sql += ")";
    }
    statement.sql += ") AS t";
    add_order(statement, query);
  }
  ListPart part{mysql.query(statement.sql, statement.parameters), false};
  part.more = part.rows.size() > static_cast<std::size_t>(query.limit);
  if (part.more) part.rows.pop_back();
  return part;
}

const Column* find_column(const Listing& listing, std::string_view name) {
  const auto found = std::find_if(listing.columns.begin(), listing.columns.end(),
                                  [name](const Column& column) { return column.name == name; });
  return found == listing.columns.end() ? nullptr : &*found;
}

ListQuery rows_with(const Listing& listing, std::string_view column, std::int64_t value,
                    std::int64_t limit) {
  ListQuery query;
  query.ordering = listing.columns.data();
  query.limit = limit;
  query.filters.push_back(
      {sql_name(*find_column(listing, column)) + " = ?", std::to_string(value)});
  return query;
}

std::string column_of(const Listing& listing, const mysql::Row& row, std::string_view name) {
  const auto place = find_column(listing, name) - listing.columns.data();
  return row[static_cast<std::size_t>(place)].value_or("");
}

Json part_json(const Listing& listing, const ListQuery& query, const ListPart& part) {
  Json items = Json::array();
  for (const mysql::Row& row : part.rows) items.push(row_json(listing, row));
  Json json = Json::object().with("items", std::move(items));
  if (!part.more) return std::move(json).with("next", nullptr);
  return std::move(json).with("next",
                              to_cursor(query, position_of(listing, query, part.rows.back())));
}

Json row_json(const Listing& listing, const mysql::Row& row) {
  Json json = Json::object();
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    json = value_json(std::move(json), listing.columns[i], row[i]);
  }
  return json;
}

}  // namespace scanlogin
