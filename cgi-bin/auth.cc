// GET /api/user/auth/        — may this request have what nginx guards for logged-in users?
// GET /api/user/auth/staff/  — the same of what it guards for staff
//
// For nginx's auth_request alone (nginx/scanlogin-auth.conf), which asks before it serves.
// Input: the guarded request's headers, and its method and URI as parameters (api/guard.h).
// 204 without a body; who it is, in headers
// 401 {"code":1001,"msg":…} without a good token
// 403 {"code":1003,"msg":"没有权限"} where staff is asked for, and this user is none
// Changes nothing. Answered from memory while nothing has changed since the last time.

#include "api/endpoint.h"
#include "api/guard.h"
#include "api/request_token.h"
#include "domain/sessions/session_cache.h"

using namespace scanlogin;

struct Auth {
  explicit Auth(App& an_app) : app(an_app) {}
  void tick() { sessions.tick(); }
  void check() { sessions.check(); }

  App& app;
  SessionCache sessions{app.config, app.mysql, app.redis, app.log, guard_text};
};

template <Admitted whom>
static Answer answer(Auth& auth, const Request& request) {
  const std::string token = token_of(request);
  if (const auto known = auth.sessions.find(token)) {
    return guard_response(*known, whom, auth.app.config, request);
  }
  return Work([&auth, token](const Request& again) {
    const auto found = auth.sessions.look_up(token);
    if (const auto* denial = std::get_if<Denial>(&found)) {
      auth.app.log_of(again).debug("denied", {{"reason", message(*denial)}});
      return guard_refusal(unauthorized(message(*denial)), auth.app.config, again);
    }
    return guard_response(*std::get<0>(found), whom, auth.app.config, again);
  });
}

int main() {
  return serve<Auth>({.name = "auth"}, {{"GET", "/api/user/auth/", answer<Admitted::users>},
                                        {"GET", "/api/user/auth/staff/", answer<Admitted::staff>}});
}
