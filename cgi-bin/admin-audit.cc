// GET /api/user/admin/audit/ — who did what to whom. For a token whose user is staff; else 401,
// 403.
//
// A list, the newest first: ordering, cursor, limit, format=csv, and user, actor, action, at__gte,
// at__lt to filter by (domain/admin/admin_lists.cc)
// Changes nothing.

#include "api/admin_api.h"
#include "api/endpoint.h"
#include "domain/admin/admin_lists.h"

using namespace scanlogin;

static Response handle(App& app, const Request& request) {
  const auto admin = admit(app, request);
  if (const auto* denied = std::get_if<Response>(&admin)) return *denied;
  const AdminPath path = admin_path(request.path(), "/api/user/admin/audit/");
  if (!path.valid || path.id) return not_found("接口不存在");
  return admin_list(app, audit_listing(), request);
}

int main() { return serve({.name = "admin-audit", .methods = "GET, HEAD"}, handle); }
