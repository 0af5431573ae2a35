#pragma once

#include "api/app.h"
#include "domain/login/login.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// The answer to POST login/NAME/ where the person's program has a code from the provider already:
// a mini-program's, from wx.login(). Body: {"code", "nickname"?, "avatar_url"?}; the last two count
// for a user who has none, where the provider tells nothing of them.
//
// 200 {"code":200,"data":{"token":…}}, and the token's cookie, if TOKEN_COOKIE names one; or what a
// poll is answered with that does not log in (api/login_response.h): the provider's errcode, 1001
// for a banned user. {"code":200,"data":{},"msg":…} while the same code is being exchanged for
// another request. For a minute the same code gives the same answer: a reply may get lost.
// 200 {"code":"params-error",…} for what is missing or malformed; 403 for a page of another site
// (api/login_begin.h). Throws ProviderUnavailable, after which the code may be sent again,
// Error(cache) and Error(database).
Response login_by_code(Login& login, App& app, const Request& request);

}  // namespace scanlogin
