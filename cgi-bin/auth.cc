// GET /api/user/auth/, auth/staff/ — may this request have what nginx guards for users, for staff?
//
// For nginx's auth_request alone (nginx/scanlogin-auth.conf). Input: api/guard.h.
// 204 without a body; who it is, in headers
// 401 {"code":1001,"msg":…,"reason":…} without a good token
// 403 {"code":1003,"msg":"没有权限"} where staff is asked for, and this user is none
// 403 {"code":403,"msg":"不允许跨站请求"} where another site's page sends it (api/request_token.h)
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
  const Config& config = auth.app.config;
  auto carried = token_of(config, request, request.parameter("GUARDED_METHOD"));
  if (auto* refused = std::get_if<Response>(&carried)) {
    return guard_refusal(std::move(*refused), config, request);
  }
  auto& token = std::get<0>(carried);
  if (const auto known = auth.sessions.find(token)) {
    return guard_response(*known, whom, config, request);
  }
  return Work([&auth, &config, token = std::move(token)](const Request& again) {
    const auto found = auth.sessions.look_up(token);
    if (const auto* denial = std::get_if<Denial>(&found)) {
      auth.app.log_of(again).debug("denied", {{"reason", reason(*denial)}});
      return guard_refusal(denied(*denial), config, again);
    }
    return guard_response(*std::get<0>(found), whom, config, again);
  });
}

int main() {
  return serve<Auth>({.name = "auth"}, {{"GET", "/api/user/auth/", answer<Admitted::users>},
                                        {"GET", "/api/user/auth/staff/", answer<Admitted::staff>}});
}
