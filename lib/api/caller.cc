#include "api/caller.h"

#include "api/request_token.h"
#include "domain/sessions/auth.h"

namespace scanlogin {

std::variant<Caller, Response> caller_of(App& app, const Request& request) {
  auto token = token_of(app.config, request);
  if (auto* refused = std::get_if<Response>(&token)) return std::move(*refused);
  auto found = Authenticator(app.config, app.mysql, app.redis).authenticate(std::get<0>(token));
  if (const auto* denial = std::get_if<Denial>(&found)) {
    // Whoever has no token was never in: that is no event.
    const auto fields = {LogField("reason", reason(*denial))};
    const Log log = app.log_of(request);
    *denial == Denial::missing ? log.debug("denied", fields) : log.info("denied", fields);
    return denied(*denial);
  }
  return Caller{std::get<User>(std::move(found)), std::get<0>(std::move(token))};
}

}  // namespace scanlogin
