#include "domain/account/account_export.h"

#include <vector>

#include "base/json.h"
#include "base/timestamp.h"
#include "domain/lists/listing.h"
#include "domain/users/linked_identities.h"
#include "domain/users/users.h"

namespace scanlogin {
namespace {

using enum ColumnKind;

constexpr std::size_t kEntriesOfAPiece = 1000;

const Listing& profiles() {
  static const Listing listing{.table = "user_user",
                               .columns = {{.name = "id", .kind = integer},
                                           {.name = "username"},
                                           {.name = "nickname"},
                                           {.name = "avatar_url"},
                                           {.name = "gender"},
                                           {.name = "phone_number"},
                                           {.name = "first_name"},
                                           {.name = "last_name"},
                                           {.name = "email"},
                                           {.name = "date_joined", .kind = time},
                                           {.name = "last_login", .kind = time},
                                           {.name = "is_active", .kind = boolean},
                                           {.name = "is_staff", .kind = boolean},
                                           {.name = "is_superuser", .kind = boolean}}};
  return listing;
}

Json identities_json(const std::vector<LinkedIdentity>& identities) {
  Json all = Json::array();
  for (const LinkedIdentity& one : identities) {
    all.push(to_json(one).with("oauth_id", one.identity.id));
  }
  return all;
}

Json sessions_json(const std::vector<Session>& sessions) {
  Json all = Json::array();
  for (const Session& session : sessions) all.push(to_json(session));
  return all;
}

// Of the columns that next() asks for.
Json entry_json(const mysql::Row& row) {
  const bool by_admin = mysql::to_integer(row[3]) != 0;
  const std::optional<std::string> none;
  return Json::object()
      .with("at", json_time(row[1].value_or("")))
      .with("action", row[2])
      .with("by_admin", by_admin)
      .with("address", by_admin ? none : row[4])
      .with("user_agent", by_admin ? none : row[5])
      .with("session", row[6])
      .with("detail", Json::parse(row[7].value_or("")).value_or(Json::null_value()));
}

}  // namespace

std::optional<std::string> AccountExport::beginning() {
  const auto found = read_part(mysql_, profiles(), rows_with(profiles(), "id", user_, 1));
  if (found.rows.empty()) return std::nullopt;
  std::string text = Json::object()
                         .with("profile", row_json(profiles(), found.rows.front()))
                         .with("identities", identities_json(Users(mysql_).identities(user_)))
                         .with("sessions", sessions_json(sessions_.list(user_)))
                         .text();
  text.pop_back();  // next() closes the object
  return text + ",\"audit\":[";
}

std::optional<std::string> AccountExport::next() {
  if (ended_) return std::nullopt;
  const auto rows = mysql_.query(
      "SELECT id, at, action, actor_name <> '', address, user_agent, session,"
      " detail FROM user_audit"
      " WHERE user_id = ? AND id > ? ORDER BY id LIMIT ?",
      {user_, last_entry_, std::int64_t{kEntriesOfAPiece}});
  std::string text;
  for (const mysql::Row& row : rows) {
    if (last_entry_ != 0) text += ',';
    text += entry_json(row).text();
    last_entry_ = mysql::to_integer(row[0]);
  }
  ended_ = rows.size() < kEntriesOfAPiece;
  if (ended_) text += "]}";
  return text;
}

}  // namespace scanlogin
