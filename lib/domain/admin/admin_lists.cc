#include "domain/admin/admin_lists.h"

namespace scanlogin {

using enum ColumnKind;

const Listing& users_listing() {
  static const Listing listing{
      .table = "user_user",
      .columns = {{.name = "id", .kind = integer, .ordered = true, .unique = true},
                  {.name = "username", .ordered = true, .unique = true},
                  {.name = "nickname", .ordered = true},
                  {.name = "avatar_url"},
                  {.name = "gender"},
                  {.name = "phone_number", .ordered = true},
                  {.name = "date_joined", .kind = time, .ordered = true, .filtered = true},
                  {.name = "last_login", .kind = time, .ordered = true, .filtered = true},
                  {.name = "is_active", .kind = boolean, .filtered = true},
                  {.name = "is_staff", .kind = boolean, .filtered = true},
                  {.name = "is_superuser", .kind = boolean}},
      .searched = {
          {"SELECT id FROM user_user WHERE {nickname}", "{t.nickname}"},
          {"SELECT id FROM user_user WHERE {username}", "{t.username}"},
          {"SELECT id FROM user_user WHERE {phone_number}", "{t.phone_number}"},
          // A subquery for each row: as a condition it is used where many of the rows satisfy it.
          {"SELECT DISTINCT user_id AS id FROM user_oauth WHERE {oauth_id}",
           "(SELECT o.user_id FROM user_oauth o WHERE o.user_id = t.id AND {o.oauth_id}"
           " LIMIT 1) IS NOT NULL"}}};
  return listing;
}

const Listing& oauths_listing() {
  static const Listing listing{
      .table = "user_oauth",
      .columns = {{.name = "id", .kind = integer, .ordered = true, .unique = true},
                  {.name = "user", .kind = integer, .filtered = true, .field = "user_id"},
                  {.name = "oauth_type", .filtered = true},
                  {.name = "oauth_id"},
                  {.name = "created_time", .kind = time, .ordered = true, .filtered = true},
                  {.name = "last_mod_time", .kind = time, .ordered = true, .filtered = true}},
      .searched = {{"SELECT id FROM user_oauth WHERE {oauth_id}", "{t.oauth_id}"}}};
  return listing;
}

const Listing& audit_listing() {
  static const Listing listing{
      .table = "user_audit",
      .columns = {{.name = "id", .kind = integer, .ordered = true, .unique = true},
                  {.name = "at", .kind = time, .ordered = true, .filtered = true},
                  {.name = "action", .filtered = true},
                  {.name = "user", .kind = integer, .filtered = true, .field = "user_id"},
                  {.name = "actor", .kind = integer, .filtered = true, .field = "actor_id"},
                  {.name = "actor_name"},
                  {.name = "address"},
                  {.name = "user_agent"},
                  {.name = "detail", .kind = json}},
      .default_ordering = "-id"};
  return listing;
}

// The identities of a user are few: they are found by the user's id, and compared by their bytes,
// whatever the collations of a table that Django made.
const Listing& clashes_listing() {
  static const Listing listing{
      .table = "clashes",
      .select =
          "SELECT a.id, a.at, u.id AS user, u.username, u.nickname, u.is_active,"
          " v.id AS other_user, v.username AS other_username, v.nickname AS other_nickname,"
          " v.is_active AS other_is_active, o.oauth_type, o.oauth_id FROM user_audit a"
          " STRAIGHT_JOIN user_user u ON u.id = a.user_id STRAIGHT_JOIN user_user v ON v.id ="
          " CAST(JSON_UNQUOTE(JSON_EXTRACT(a.detail, '$.other_user')) AS SIGNED)"
          " STRAIGHT_JOIN user_oauth o ON o.user_id = v.id"
          " AND CONVERT(o.oauth_type USING utf8mb4) COLLATE utf8mb4_bin = CONVERT(JSON_UNQUOTE("
          "JSON_EXTRACT(a.detail, '$.identity.oauth_type')) USING utf8mb4) COLLATE utf8mb4_bin"
          " AND CONVERT(o.oauth_id USING utf8mb4) COLLATE utf8mb4_bin = CONVERT(JSON_UNQUOTE("
          "JSON_EXTRACT(a.detail, '$.identity.oauth_id')) USING utf8mb4) COLLATE utf8mb4_bin"
          " WHERE a.action = 'clash' AND JSON_VALID(a.detail)"
          " AND EXISTS (SELECT own.id FROM user_oauth own WHERE own.user_id = a.user_id)",
      .columns = {{.name = "id", .kind = integer, .ordered = true, .unique = true},
                  {.name = "at", .kind = time},
                  {.name = "user", .kind = integer, .filtered = true},
                  {.name = "username"},
                  {.name = "nickname"},
                  {.name = "is_active", .kind = boolean},
                  {.name = "other_user", .kind = integer},
                  {.name = "other_username"},
                  {.name = "other_nickname"},
                  {.name = "other_is_active", .kind = boolean},
                  {.name = "oauth_type"},
                  {.name = "oauth_id"}},
      .default_ordering = "-id"};
  return listing;
}

}  // namespace scanlogin
