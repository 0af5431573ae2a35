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

}  // namespace scanlogin
