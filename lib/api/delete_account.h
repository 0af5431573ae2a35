#pragma once

#include "api/app.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// The answer to DELETE current/ with {"confirm":username}: deletes the user that the request comes
// from (Account::remove). 200, with TOKEN_COOKIE cleared; 400 without the right confirmation; 401;
// 403 for staff; 409 where another table of the site's refers to the user. Throws Error(cache) and
// Error(database).
Response delete_account(App& app, const Request& request);

}  // namespace scanlogin
