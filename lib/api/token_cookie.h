#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// The cookie that carries a token, where TOKEN_COOKIE names one (RFC 6265): for the whole host, out
// of reach for scripts, sent along when another site's page leads here but with nothing else that
// such a page does (SameSite=Lax).
class TokenCookie {
 public:
  // config lives as long as this.
  explicit TokenCookie(const Config& config) : config_(config) {}

  // The values that came under its name, each once: a page of a sister domain can add one. None
  // where there is no such cookie.
  std::vector<std::string> values(const Request& request) const;

  // The response with the cookie set to the token for as long as the token is good, 400 days at the
  // most (the limit of browsers, RFC 6265bis section 5.5); or, second, cleared. Unchanged without
  // TOKEN_COOKIE.
  Response set(Response response, const Request& request, std::string_view token) const;
  Response clear(Response response, const Request& request) const;

 private:
  Response with(Response response, const Request& request, std::string_view value,
                std::chrono::seconds life) const;

  const Config& config_;
};

}  // namespace scanlogin
