#include "api/token_cookie.h"

#include <algorithm>
#include <chrono>

#include "api/site.h"
#include "base/cookies.h"

namespace scanlogin {
namespace {

constexpr std::chrono::days kLongestLife{400};

}  // namespace

std::vector<std::string> TokenCookie::values(const Request& request) const {
  std::vector<std::string> found;
  if (config_.token_cookie.empty()) return found;
  const std::string header = request.header("Cookie");
  for (const std::string_view value : cookie_values(header, config_.token_cookie)) {
    if (value.empty() || std::find(found.begin(), found.end(), value) != found.end()) continue;
    found.emplace_back(value);
  }
  return found;
}

Response TokenCookie::set(Response response, const Request& request, std::string_view token) const {
  return with(std::move(response), request, token, std::min(config_.token_ttl, kLongestLife));
}

Response TokenCookie::clear(Response response, const Request& request) const {
  return with(std::move(response), request, "", std::chrono::seconds(0));
}

Response TokenCookie::with(Response response, const Request& request, std::string_view value,
                           std::chrono::seconds life) const {
  if (config_.token_cookie.empty()) return response;
  std::string cookie = config_.token_cookie + "=" + std::string(value) +
                       "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(life.count());
  if (Site(config_).is_https(request)) cookie += "; Secure";
  return std::move(response).with("Set-Cookie", std::move(cookie));
}

}  // namespace scanlogin
