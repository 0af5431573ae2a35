#pragma once

#include <string>

#include "server/request.h"

namespace scanlogin {

// The token that a request carries, in the header IDTOKEN; empty if there is none. A header that is
// sent twice gives no good token.
inline std::string token_of(const Request& request) { return request.header("IDTOKEN"); }

}  // namespace scanlogin
