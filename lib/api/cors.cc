#include "api/cors.h"

#include <algorithm>
#include <utility>

namespace scanlogin {

Cors::Cors(const Config& config)
    : origins_(config.cors_origins), credentials_(!config.token_cookie.empty()) {}

bool Cors::is_listed(const std::string& origin) const {
  return std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

void Cors::name_origin(const std::string& origin, Response& response) const {
  auto& headers = response.headers;
  headers.emplace_back("Access-Control-Allow-Origin", origin);
  headers.emplace_back("Vary", "Origin");
  if (credentials_) headers.emplace_back("Access-Control-Allow-Credentials", "true");
}

std::optional<Response> Cors::preflight(
    const Request& request, const std::function<Methods(const Request&)>& methods_of) const {
  if (origins_.empty() || request.method() != "OPTIONS") return std::nullopt;
  const std::string origin = request.header("Origin");
  if (!is_listed(origin) || request.header("Access-Control-Request-Method").empty()) {
    return std::nullopt;
  }
  const Methods methods = methods_of(request);
  if (methods.none()) return std::nullopt;
  Response response{.status = 204, .headers = {}, .body = {}};
  name_origin(origin, response);
  return std::move(response)
      .with("Access-Control-Allow-Methods", methods.text())
      .with("Access-Control-Allow-Headers", "IDTOKEN, Authorization, Content-Type, If-Match")
      .with("Access-Control-Max-Age", "600");
}

void Cors::allow(const Request& request, Response& response) const {
  if (origins_.empty()) return;
  const std::string origin = request.header("Origin");
  if (!is_listed(origin)) return;
  name_origin(origin, response);
  response.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After");
}

}  // namespace scanlogin
