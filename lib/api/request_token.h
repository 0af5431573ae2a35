#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/config.h"
#include "domain/sessions/auth.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// The token that a request carries, empty if there is none:
// - in the header IDTOKEN, or in Authorization, as "Bearer T" (RFC 6750 section 2.1) or "JWT T";
//   other schemes are not scanlogin's. Two different ones: 401.
// - else in the cookie TOKEN_COOKIE. A request by `method` that may change something (all but GET,
//   HEAD and OPTIONS) must then come from a page of the site's own: else 403
//   {"code":403,"msg":"不允许跨站请求"}. Two cookies with different values: 401.
// A header that is sent twice gives no good token.
std::variant<std::string, Response> token_of(const Config& config, const Request& request,
                                             std::string_view method);
inline std::variant<std::string, Response> token_of(const Config& config, const Request& request) {
  return token_of(config, request, request.method());
}

// 401 {"code":1001,"msg":…,"reason":…} (domain/sessions/auth.h; RFC 6750 section 3).
Response denied(Denial denial);

}  // namespace scanlogin
