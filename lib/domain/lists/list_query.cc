#include "base/base64url.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "domain/lists/listing.h"

namespace scanlogin {
namespace {

constexpr std::int64_t kMostItems = 200;
constexpr std::size_t kLongestSearch = 100;  // characters

// Of a row's id, a limit, a filter: none of them is negative.
std::optional<std::int64_t> natural_number(std::string_view text) {
  const std::optional<std::int64_t> value = whole_number(text);
  return value && *value >= 0 ? value : std::nullopt;
}

bool is_plain_text(std::string_view text) { return utf8_valid(text) && !has_control(text); }

// What LIKE takes for any text that begins so.
std::string prefix_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

// What a filter's value is for the database; nothing if it cannot be one.
std::optional<std::string> filter_value(ColumnKind kind, const std::string& text) {
  switch (kind) {
    case ColumnKind::integer:
      if (!natural_number(text)) return std::nullopt;
      return text;
    case ColumnKind::boolean:
      if (text != "0" && text != "1") return std::nullopt;
      return text;
    case ColumnKind::time:
      return sql_time(text);
    default:
      if (!is_plain_text(text) || utf8_cut(text, kLongestSearch) != text) return std::nullopt;
      return text;
  }
}

// Whether a column of that kind can have the value. MySQL refuses to compare a time with anything
// else, and a text with bytes that are none.
bool may_be_of(ColumnKind kind, const std::string& value) {
  return kind == ColumnKind::time ? is_sql_time(value) : utf8_valid(value);
}

class Reader {
 public:
  explicit Reader(const Listing& listing) : listing_(listing) {
    read_ordering(listing.default_ordering);
  }

  std::variant<ListQuery, BadParameter> read(
      const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::optional<std::string> cursor;
    for (const auto& [name, value] : parameters) {
      if (value.empty() && is_known(name)) continue;
      if (name == "cursor") {
        cursor = value;
      } else if (!read_one(name, value)) {
        return BadParameter{name};
      }
    }
    // Behind all others: it is good with its ordering alone.
    if (cursor && !read_cursor(*cursor)) return BadParameter{"cursor"};
    return std::move(query_);
  }

 private:
  // A form sends the fields that were left empty, too.
  bool is_known(const std::string& name) const {
    if (name == "ordering" || name == "limit" || name == "cursor" || name == "format") return true;
    return name == "q" ? !listing_.searched.empty() : filtered_column(name) != nullptr;
  }

  // The column that a filter of that name is on; nullptr if there is no such filter.
  const Column* filtered_column(const std::string& name) const {
    const bool range = name.ends_with("__gte") || name.ends_with("__lt");
    const Column* column = find_column(
        listing_, std::string_view(name).substr(0, range ? name.rfind("__") : name.size()));
    if (column == nullptr || !column->filtered) return nullptr;
    return (column->kind == ColumnKind::time) == range ? column : nullptr;
  }

  bool read_one(const std::string& name, const std::string& value) {
    if (name == "ordering") return read_ordering(value);
    if (name == "limit") return read_limit(value);
    if (name == "q") return read_search(value);
    if (name == "format") return query_.csv = value == "csv";
    return read_filter(name, value);
  }

  bool read_ordering(std::string_view text) {
    query_.descending = text.starts_with('-');
    query_.ordering = find_column(listing_, text.substr(query_.descending ? 1 : 0));
    return query_.ordering != nullptr && query_.ordering->ordered;
  }

  bool read_limit(const std::string& value) {
    query_.limit = natural_number(value).value_or(0);
    return query_.limit >= 1 && query_.limit <= kMostItems;
  }

  bool read_search(const std::string& value) {
    if (listing_.searched.empty() || !is_plain_text(value)) return false;
    if (utf8_cut(value, kLongestSearch) != value) return false;
    query_.pattern = prefix_pattern(value);
    return true;
  }

  bool read_filter(const std::string& name, const std::string& value) {
    const Column* column = filtered_column(name);
    std::optional<std::string> wanted =
        column == nullptr ? std::nullopt : filter_value(column->kind, value);
    if (!wanted) return false;
    const char* comparison = name.ends_with("__gte")  ? " >= ?"
                             : name.ends_with("__lt") ? " < ?"
                                                      : " = ?";
    query_.filters.push_back({sql_name(*column) + comparison, std::move(*wanted)});
    return true;
  }

  bool read_cursor(const std::string& text) {
    const std::optional<std::string> decoded = base64url_decode(text);
    const std::optional<Json> json = decoded ? Json::parse(*decoded) : std::nullopt;
    if (!json || !json->is_object()) return false;
    for (const std::string& key : json->keys()) {
      if (key != "ordering" && key != "id" && key != "at") return false;  // an older version's
    }
    const std::optional<std::int64_t> id = json->integer("id");
    if (!id || json->string("ordering") != ordering_name(query_)) return false;
    std::optional<std::string> value;
    if (json->has("at")) {
      value = base64url_decode(json->string("at").value_or("="));
      if (!value || !may_be_of(query_.ordering->kind, *value)) return false;
    }
    query_.after = {std::move(value), *id};
    return true;
  }

  const Listing& listing_;
  ListQuery query_;
};

}  // namespace

std::string sql_name(const Column& column) {
  return std::string("t.") + (column.field != nullptr ? column.field : column.name);
}

std::string ordering_name(const ListQuery& query) {
  return (query.descending ? "-" : "") + std::string(query.ordering->name);
}

ListQuery::Position position_of(const Listing& listing, const ListQuery& query,
                                const mysql::Row& row) {
  const auto at = static_cast<std::size_t>(query.ordering - listing.columns.data());
  return {row[at], natural_number(row[0].value()).value_or(0)};
}

std::string to_cursor(const ListQuery& query, const ListQuery::Position& position) {
  Json json = Json::object().with("ordering", ordering_name(query)).with("id", position.id);
  // Not as text: a row may hold characters that JSON cannot.
  if (position.value) json = std::move(json).with("at", base64url_encode(*position.value));
  return base64url_encode(json.text());
}

std::variant<ListQuery, BadParameter> parse_list_query(
    const Listing& listing, const std::vector<std::pair<std::string, std::string>>& parameters) {
  return Reader(listing).read(parameters);
}

}  // namespace scanlogin
