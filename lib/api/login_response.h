#pragma once

#include "base/config.h"
#include "domain/login/login_outcome.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// What a poll's outcome looks like to the page that polls. A token comes in the cookie as well, if
// TOKEN_COOKIE names one.
Response login_response(const LoginOutcome& outcome, const Config& config, const Request& request);

}  // namespace scanlogin
