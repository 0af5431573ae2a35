#include "api/list_response.h"

#include <exception>
#include <memory>
#include <utility>

#include "api/csv_field.h"
#include "base/timestamp.h"

namespace scanlogin {
namespace {

constexpr std::int64_t kRowsOfAPiece = 1000;
constexpr const char* kByteOrderMark = "\xef\xbb\xbf";  // tells a spreadsheet that it is UTF-8

std::string csv_value(const Column& column, const std::optional<std::string>& value) {
  if (!value) return "";
  switch (column.kind) {
    case ColumnKind::integer:
      return *value;
    case ColumnKind::boolean:
      return *value != "0" ? "true" : "false";
    case ColumnKind::time:
      return json_time(*value).value_or("");
    default:
      return csv_field(*value);
  }
}

std::string csv_line(const Listing& listing, const mysql::Row& row) {
  std::string line;
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    if (i > 0) line += ',';
    line += csv_value(listing.columns[i], row[i]);
  }
  return line + "\r\n";
}

std::string csv_head(const Listing& listing) {
  std::string line = kByteOrderMark;
  for (const Column& column : listing.columns) {
    if (&column != listing.columns.data()) line += ',';
    line += column.name;
  }
  return line + "\r\n";
}

// All rows of a list, a piece at a time.
class CsvRows {
 public:
  CsvRows(mysql::Client& mysql, const Listing& listing, ListQuery query)
      : mysql_(mysql), listing_(listing), query_(std::move(query)) {
    query_.limit = kRowsOfAPiece;
    query_.after.reset();
  }

  std::optional<std::string> next() {
    if (!more_) return std::nullopt;
    const ListPart part = read_part(mysql_, listing_, query_);
    more_ = part.more;
    if (more_) query_.after = position_of(listing_, query_, part.rows.back());
    std::string lines;
    for (const mysql::Row& row : part.rows) lines += csv_line(listing_, row);
    return lines;
  }

 private:
  mysql::Client& mysql_;
  const Listing& listing_;
  ListQuery query_;
  bool more_ = true;
};

Response csv_response(mysql::Client& mysql, const Listing& listing, const ListQuery& query,
                      const std::string& file, std::function<void(const char*)> failed) {
  const auto rows = std::make_shared<CsvRows>(mysql, listing, query);
  Response response{.status = 200,
                    .headers = {{"Content-Type", "text/csv; charset=utf-8"},
                                {"Cache-Control", "no-store"},
                                {"X-Content-Type-Options", "nosniff"},
                                {"Content-Disposition", "attachment; filename=\"" + file + "\""}},
                    .body = csv_head(listing)};
  response.more = [rows, failed = std::move(failed)] {
    try {
      return rows->next();
    } catch (const std::exception& error) {
      failed(error.what());
      throw;
    }
  };
  return response;
}

}  // namespace

Response list_response(mysql::Client& mysql, const Listing& listing, const ListQuery& query,
                       const std::string& file, std::function<void(const char*)> failed) {
  if (query.csv) return csv_response(mysql, listing, query, file, std::move(failed));
  const ListPart part = read_part(mysql, listing, query);
  Json items = Json::array();
  for (const mysql::Row& row : part.rows) items = std::move(items).push(row_json(listing, row));
  Json data = Json::object().with("items", std::move(items));
  if (!part.more) return data_response(std::move(data).with("next", nullptr));
  const std::string next = to_cursor(query, position_of(listing, query, part.rows.back()));
  return data_response(std::move(data).with("next", next));
}

}  // namespace scanlogin
