#pragma once

#include "domain/login/login_outcome.h"
#include "server/response.h"

namespace scanlogin {

// What a poll's outcome looks like to the page that polls.
Response login_response(const LoginOutcome& outcome);

}  // namespace scanlogin
