// GET /api/user/admin/audit/ — who did what to whom. For a token whose user is staff; else 401,
// 403.
//
// A list, the newest first: ordering, cursor, limit, format=csv, and user, actor, action, at__gte,
// at__lt to filter by (domain/admin/admin_lists.cc)
// Changes nothing: a row of user_audit is written by whoever does something, and stays for
// AUDIT_DAYS.

#include "api/admin_api.h"
#include "domain/admin/admin_lists.h"

using namespace scanlogin;

static Response list(const AdminCall& call) { return admin_list(call, audit_listing()); }

int main() {
  return serve_admin("admin-audit", {
                                        {"GET", "/api/user/admin/audit/", list},
                                    });
}
