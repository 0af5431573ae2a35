#pragma once

#include "api/admin_api.h"

namespace scanlogin {

// What can be asked of one user. All throw what UserAdmin does.

// 200 {"code":200,"data":{…}} and the row's version as ETag.
Response show_user(App& app, std::int64_t user);
// PATCH {"field":value} with If-Match: 200 as show_user().
Response change_user(App& app, const Actor& actor, std::int64_t user, const Request& request);
// POST logout: ends all sessions.
Response log_user_out(App& app, const Actor& actor, std::int64_t user, const Request& request);
// DELETE {"confirm":username} with If-Match.
Response delete_user(App& app, const Actor& actor, std::int64_t user, const Request& request);

}  // namespace scanlogin
