#include "api/user_api.h"

#include <utility>

#include "api/confirmation.h"
#include "api/request_token.h"
#include "api/serve_calls.h"
#include "domain/sessions/auth.h"

namespace scanlogin {

std::variant<User, Response> user_of(App& app, const Request& request, const char* event) {
  Authenticator authenticator(app.config.secret_keys, app.mysql, app.redis);
  auto found = authenticator.authenticate(token_of(request));
  if (auto* user = std::get_if<User>(&found)) return std::move(*user);
  const Denial denial = std::get<Denial>(found);
  const Log log = app.log_of(request);
  if (event != nullptr) {
    log.info(event, {{"reason", message(denial)}});
  } else {
    log.debug("denied", {{"reason", message(denial)}});
  }
  return unauthorized(message(denial));
}

int serve_user(const char* name, const Routes<UserHandler>& routes) {
  return serve_calls<UserCall>(
      name, routes, [](App& app, const Request& request) { return user_of(app, request); });
}

Response outcome_response(AccountOutcome outcome, std::string_view done) {
  switch (outcome) {
    case AccountOutcome::done:
      return message_response(200, 200, done);
    case AccountOutcome::not_found:
      return not_found("身份不存在");
    case AccountOutcome::last_identity:
      return message_response(409, "last-identity", "不能解绑最后一个登录方式");
    case AccountOutcome::gone:
      return unauthorized(message(Denial::invalid));
    case AccountOutcome::forbidden:
      return forbidden();
    case AccountOutcome::unconfirmed:
      return invalid("confirm");
    case AccountOutcome::referenced:
      return message_response(409, "in-use", "账号被其他数据引用，不能注销");
  }
  return service_unavailable();
}

Response forbidden() { return message_response(403, 1003, "没有权限"); }

}  // namespace scanlogin
