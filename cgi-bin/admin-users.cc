// /api/user/admin/users/ — what admins do with users. For a token whose user is staff; else 401,
// 403.
//
// GET          a list: q, ordering, cursor, limit, format=csv and filters (admin_lists.cc)
// GET ID/      one user with identities, sessions and history, and its version as ETag
// PATCH ID/    {"field":value} with If-Match: changes nickname, phone_number, gender, is_active,
//              is_staff; 428 without the version, 412 with an outdated one
// POST ID/merge/    {"from":ID,"keep":[FIELD,…],"confirm":from's username} with If-Match: merges
//              that user into this one
// POST ID/logout/   ends all of the user's sessions
// DELETE ID/sessions/SESSION/   ends one of them
// DELETE ID/   {"confirm":username} with If-Match: deletes the user with all that is theirs
// Each change is written into user_audit.

#include "api/admin_users_api.h"
#include "domain/admin/admin_lists.h"

using namespace scanlogin;

static Response list(const AdminCall& call) { return admin_list(call, users_listing()); }

int main(int argc, char** argv) {
  return serve_admin({argc, argv}, "admin-users",
                     {
                         {"GET", "/api/user/admin/users/", list},
                         {"GET", "/api/user/admin/users/{id}/", show_user},
                         {"PATCH", "/api/user/admin/users/{id}/", change_user},
                         {"DELETE", "/api/user/admin/users/{id}/", delete_user},
                         {"POST", "/api/user/admin/users/{id}/merge/", merge_user},
                         {"POST", "/api/user/admin/users/{id}/logout/", log_user_out},
                         {"DELETE", "/api/user/admin/users/{id}/sessions/{session}/", end_session},
                     });
}
