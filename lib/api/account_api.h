#pragma once

#include <string_view>

#include "domain/account/account.h"
#include "server/response.h"

namespace scanlogin {

// The response to what became of a user's wish about their account; `done` is what is said of
// success.
Response outcome_response(AccountOutcome outcome, std::string_view done);

}  // namespace scanlogin
