// /api/user/admin/ — what has happened. For a token whose user is staff; else 401, 403.
//
// GET audit/     who did what to whom. A list, the newest first: ordering, cursor, limit,
//                format=csv, and user, actor, action, at__gte, at__lt to filter by
// GET clashes/   people who logged in with identities of two users that are still two; likewise,
//                with user to filter by (both: domain/admin/admin_lists.cc)
// Changes nothing: a row of user_audit is written by whoever does something, and stays for
// AUDIT_DAYS.

#include "api/admin_api.h"
#include "domain/admin/admin_lists.h"

using namespace scanlogin;

static Response list(const AdminCall& call) { return admin_list(call, audit_listing()); }
static Response clashes(const AdminCall& call) { return admin_list(call, clashes_listing()); }

int main(int argc, char** argv) {
  return serve_admin({argc, argv}, "admin-audit",
                     {
                         {"GET", "/api/user/admin/audit/", list},
                         {"GET", "/api/user/admin/clashes/", clashes},
                     });
}
