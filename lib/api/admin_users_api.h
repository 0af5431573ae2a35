#pragma once

#include "api/admin_api.h"

namespace scanlogin {

// What can be asked of one user. All throw what UserAdmin does.

// GET: 200 {"code":200,"data":{…}} and the row's version as ETag.
Response show_user(const AdminCall& call);
// PATCH {"field":value} with If-Match: 200 as show_user().
Response change_user(const AdminCall& call);
// POST merge {"from":ID,"keep":[FIELD,…],"confirm":from's username} with If-Match: 200 as
// show_user(), of the user into whom the other one was merged.
Response merge_user(const AdminCall& call);
// POST logout: ends all sessions.
Response log_user_out(const AdminCall& call);
// DELETE sessions/{session}: ends that one.
Response end_session(const AdminCall& call);
// DELETE {"confirm":username} with If-Match.
Response delete_user(const AdminCall& call);

}  // namespace scanlogin
