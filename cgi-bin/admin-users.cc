// /api/user/admin/users/ — what admins do with users. For a token whose user is staff; else 401,
// 403.
//
// GET          a list: q, ordering, cursor, limit, format=csv and filters (admin_lists.cc)
// GET ID/      one user with identities, sessions and history, and its version as ETag
// PATCH ID/    {"field":value} with If-Match: changes nickname, phone_number, gender, is_active,
//              is_staff; 428 without the version, 412 with an outdated one
// POST ID/logout/   ends all of the user's sessions
// DELETE ID/   {"confirm":username} with If-Match: deletes the user with all that is theirs
// Each change is written into user_audit.

#include "api/admin_users_api.h"
#include "api/endpoint.h"
#include "domain/admin/admin_lists.h"

using namespace scanlogin;

static Response of_user(App& app, const Actor& admin, std::int64_t user, const Request& request) {
  const std::string_view method = request.method();
  if (method == "PATCH") return change_user(app, admin, user, request);
  if (method == "DELETE") return delete_user(app, admin, user, request);
  if (method == "POST") return method_not_allowed("GET, HEAD, PATCH, DELETE");
  return show_user(app, user);
}

static Response handle(App& app, const Request& request) {
  const auto admin = admit(app, request);
  if (const auto* denied = std::get_if<Response>(&admin)) return *denied;
  const AdminPath path = admin_path(request.path(), "/api/user/admin/users/");
  const bool known = path.action.empty() || path.action == "logout";
  if (!path.valid || !known) return not_found("接口不存在");
  const auto& actor = std::get<Actor>(admin);
  if (path.action == "logout") {
    if (request.method() != "POST") return method_not_allowed("POST");
    return log_user_out(app, actor, *path.id, request);
  }
  if (path.id) return of_user(app, actor, *path.id, request);
  const bool reads = request.method() == "GET" || request.method() == "HEAD";
  if (!reads) return method_not_allowed("GET, HEAD");
  return admin_list(app, users_listing(), request);
}

int main() {
  return serve({.name = "admin-users", .methods = "GET, HEAD, POST, PATCH, DELETE"}, handle);
}
