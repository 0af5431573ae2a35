#include "api/request_token.h"

#include <algorithm>
#include <vector>

#include "api/site.h"
#include "api/token_cookie.h"
#include "base/text.h"

namespace scanlogin {
namespace {

// The token behind one of our schemes (RFC 9110 section 11.4); empty behind any other.
std::string authorization_token(const Request& request) {
  const std::string header = request.header("Authorization");
  const std::size_t space = header.find(' ');
  if (space == std::string::npos) return {};
  const std::string scheme = ascii_lower(std::string_view(header).substr(0, space));
  if (scheme != "bearer" && scheme != "jwt") return {};
  const std::size_t token = header.find_first_not_of(' ', space);
  return token == std::string::npos ? std::string() : header.substr(token);
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

}  // namespace

std::variant<std::string, Response> token_of(const Config& config, const Request& request,
                                             std::string_view method) {
  std::string token = request.header("IDTOKEN");
  std::string bearer = authorization_token(request);
  if (!token.empty() && !bearer.empty() && token != bearer) return denied(Denial::malformed);
  if (!token.empty()) return token;
  if (!bearer.empty()) return bearer;

  std::vector<std::string> cookies = TokenCookie(config).values(request);
  if (cookies.empty()) return std::string();
  if (!is_safe(method) && !Site(config).may_use_cookie(request)) {
    return cross_site_response();
  }
  if (cookies.size() > 1) return denied(Denial::malformed);
  return std::move(cookies.front());
}

Response denied(Denial denial) {
  return json_response(401, Json::object()
                                .with("code", 1001)
                                .with("msg", message(denial))
                                .with("reason", reason(denial)))
      .with("WWW-Authenticate", "Bearer");
}

}  // namespace scanlogin
