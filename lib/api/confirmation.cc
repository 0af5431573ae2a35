#include "api/confirmation.h"

#include "base/json.h"
#include "base/utf8.h"

namespace scanlogin {

Response invalid(std::string_view name) {
  name = name.substr(0, name.find('\0'));  // JSON text is cut there, and with it what follows
  return bad_request("参数 " + std::string(utf8_cut(utf8_scrub(name), 64)) + " 不合法");
}

std::variant<std::optional<std::string>, Response> confirmation_of(const Request& request) {
  const std::optional<Json> body = Json::parse(request.body());
  if (!body) return std::nullopt;
  for (const std::string& field : body->keys()) {
    if (field != "confirm") return invalid(field);
  }
  return body->string("confirm");
}

}  // namespace scanlogin
