#include "api/list_response.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "api/file_response.h"
#include "base/timestamp.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

constexpr std::int64_t kRowsOfAPiece = 1000;
constexpr const char* kByteOrderMark = "\xef\xbb\xbf";  // tells a spreadsheet that it is UTF-8

template <std::size_t Count>
bool is_one_of(const std::array<std::string_view, Count>& characters, std::string_view c) {
  return std::find(characters.begin(), characters.end(), c) != characters.end();
}

// What a formula begins with (OWASP, CSV injection): also in the full-width and small forms, which
// spreadsheets of East Asia take for the same, and the minus sign that is no hyphen.
bool begins_formula(std::string_view c) {
  static constexpr std::array<std::string_view, 16> kSigns = {
      "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫", "−"};
  return is_one_of(kSigns, c);
}

// What separates fields in some countries' files.
bool separates(std::string_view c) { return c == ";" || c == "\t"; }

// What stands before a formula unseen: white space, and characters of no width.
bool is_blank(std::string_view c) {
  static constexpr std::array<std::string_view, 9> kBlanks = {
      " ", "\u00a0", "\u3000", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"};
  return is_one_of(kBlanks, c);
}

// RFC 4180, and nothing that a spreadsheet would take for a formula: what begins like one, also
// behind blanks or a separator, gets an apostrophe before it.
std::string csv_field(std::string_view text) {
  std::string field = "\"";
  bool begins = true;
  while (!text.empty()) {
    const std::string_view c = text.substr(0, std::max<std::size_t>(utf8_sequence(text), 1));
    if (begins && begins_formula(c)) field += '\'';
    if (c == "\"") field += '"';
    field += c;
    begins = separates(c) || (begins && is_blank(c));
    text.remove_prefix(c.size());
  }
  return field + '"';
}

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
  return file_response(
      "text/csv; charset=utf-8", file, csv_head(listing), [rows] { return rows->next(); },
      std::move(failed));
}

}  // namespace

Response list_response(mysql::Client& mysql, const Listing& listing, const ListQuery& query,
                       const std::string& file, std::function<void(const char*)> failed) {
  if (query.csv) return csv_response(mysql, listing, query, file, std::move(failed));
  const ListPart part = read_part(mysql, listing, query);
  return data_response(part_json(listing, query, part));
}

}  // namespace scanlogin
