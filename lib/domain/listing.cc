#include "domain/listing.h"

#include <charconv>

#include "domain/timestamp.h"

namespace scanlogin {
namespace {

// A beginning that so many ids have in common is looked for row by row, in the list's order: that
// finds the next fifty at once, where sorting all of them would not.
constexpr std::int64_t kFewIds = 2000;

// SQL text and the values of its placeholders, which must live as long.
struct Statement {
  std::string sql;
  mysql::Parameters parameters;

  void add(const std::string& text, mysql::Parameter value) {
    sql += text;
    parameters.push_back(value);
  }
};

std::string join(const std::vector<const char*>& selects, const char* separator, const char* end) {
  std::string all;
  for (const char* select : selects) {
    all += (all.empty() ? "(" : separator + std::string("(")) + select + end + ")";
  }
  return all;
}

void repeat(mysql::Parameters& parameters, mysql::Parameter value, std::size_t times) {
  parameters.insert(parameters.end(), times, value);
}

bool few_match(mysql::Client& mysql, const Listing& listing, const ListQuery& query) {
  const std::string limit = " LIMIT " + std::to_string(kFewIds + 1);
  Statement count{"SELECT COUNT(*) FROM (" +
                      join(listing.search_ids, " UNION ALL ", limit.c_str()) + ") AS found",
                  {}};
  repeat(count.parameters, std::string_view(query.pattern), listing.search_ids.size());
  const auto rows = mysql.query(count.sql, count.parameters);
  std::int64_t found = 0;
  const std::string& text = rows.at(0).at(0).value();
  std::from_chars(text.data(), text.data() + text.size(), found);
  return found <= kFewIds;
}

// What comes behind the position, in the query's order. NULL is the least there is.
void add_position(Statement& statement, const ListQuery& query) {
  const ListQuery::Position& after = *query.after;
  const std::string column = sql_name(*query.ordering);
  const std::string beyond = query.descending ? " < ?" : " > ?";
  const bool by_id = std::string_view(query.ordering->name) == "id";
  if (by_id) {
    statement.add(" AND t.id" + beyond, after.id);
  } else if (!after.value && query.descending) {
    statement.add(" AND " + column + " IS NULL AND t.id < ?", after.id);
  } else if (!after.value) {
    statement.add(" AND (" + column + " IS NOT NULL OR t.id > ?)", after.id);
  } else {
    statement.add(" AND (" + column + beyond, std::string_view(*after.value));
    statement.add(" OR (" + column + " = ?", std::string_view(*after.value));
    statement.add(" AND t.id" + beyond + ")", after.id);
    statement.sql += query.descending ? " OR " + column + " IS NULL)" : ")";
  }
}

std::string selected(const Listing& listing) {
  std::string columns;
  for (const Column& column : listing.columns) {
    columns += (columns.empty() ? "" : ", ") + sql_name(column);
  }
  return columns;
}

Json value_json(Json row, const Column& column, const std::optional<std::string>& value) {
  if (!value) return std::move(row).with(column.name, nullptr);
  switch (column.kind) {
    case ColumnKind::integer: {
      std::int64_t number = 0;
      std::from_chars(value->data(), value->data() + value->size(), number);
      return std::move(row).with(column.name, number);
    }
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
  Statement statement{"SELECT " + selected(listing) + " FROM ", {}};
  const std::string table = std::string(listing.table) + " t";
  if (query.pattern.empty()) {
    statement.sql += table + " WHERE TRUE";
  } else if (few_match(mysql, listing, query)) {
    statement.sql += "(" + join(listing.search_ids, " UNION ", "") + ") AS found STRAIGHT_JOIN " +
                     table + " ON t.id = found.id WHERE TRUE";
    repeat(statement.parameters, std::string_view(query.pattern), listing.search_ids.size());
  } else {
    statement.sql += table + " WHERE (" + listing.search_condition + ")";
    repeat(statement.parameters, std::string_view(query.pattern), listing.search_ids.size());
  }
  for (const ListQuery::Filter& filter : query.filters) {
    statement.add(" AND " + filter.condition, std::string_view(filter.value));
  }
  if (query.after) add_position(statement, query);
  const char* direction = query.descending ? " DESC" : "";
  statement.sql += " ORDER BY " + sql_name(*query.ordering) + direction + ", t.id" + direction;
  statement.add(" LIMIT ?", query.limit + 1);

  ListPart part{mysql.query(statement.sql, statement.parameters), false};
  part.more = part.rows.size() > static_cast<std::size_t>(query.limit);
  if (part.more) part.rows.pop_back();
  return part;
}

Json row_json(const Listing& listing, const mysql::Row& row) {
  Json json = Json::object();
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    json = value_json(std::move(json), listing.columns[i], row[i]);
  }
  return json;
}

}  // namespace scanlogin
