#pragma once

#include "base/response.h"
#include "domain/login_outcome.h"

namespace scanlogin {

// What a poll's outcome looks like to the page that polls.
Response reply_of(const LoginOutcome& outcome);

}  // namespace scanlogin
