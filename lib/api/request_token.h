#pragma once

#include <string>

#include "server/request.h"

namespace scanlogin {

// The token that a request carries, in the header IDTOKEN; empty if there is none. One that is sent
// twice is joined to what is no token.
inline std::string token_of(const Request& request) { return request.header("IDTOKEN"); }

}  // namespace scanlogin
