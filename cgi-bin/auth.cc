// GET /api/user/auth/, auth/staff/ — may this request have what nginx guards for users, for staff?
//
// For nginx's auth_request alone (nginx/scanlogin-auth.conf). Input: api/guard.h.
// 204 without a body; who it is, in headers
// 401 {"code":1001,"msg":…,"reason":…} without a good token
// 403 {"code":1003,"msg":"没有权限"} where staff is asked for, and this user is none
// 403 {"code":403,"msg":"不允许跨站请求"} where another site's page sends it (api/request_token.h)
// Changes nothing. Answered as `current` is.

#include "api/endpoint.h"
#include "api/guard.h"
#include "api/request_token.h"
#include "api/session_answer.h"

using namespace scanlogin;

struct Auth {
  explicit Auth(App& an_app) : app(an_app) {}
  void tick() { sessions.tick(); }
  void check() { sessions.check(); }

  template <Admitted whom>
  SessionReplies replies_for() const {
    return {.known =
                [this](const std::string& known, const Request& request) {
                  return guard_response(known, whom, app.config, request);
                },
            .denied =
                [this](Denial denial, const Request& request) {
                  return guard_refusal(denied(denial), app.config, request);
                }};
  }

  App& app;
  SessionCache sessions{app.config, app.mysql, app.redis, app.loop, app.log, guard_text};
  const SessionReplies for_users = replies_for<Admitted::users>();
  const SessionReplies for_staff = replies_for<Admitted::staff>();
};

template <Admitted whom>
static Answer answer(Auth& auth, const Request& request) {
  auto carried = token_of(auth.app.config, request, request.parameter("GUARDED_METHOD"));
  if (auto* refused = std::get_if<Response>(&carried)) {
    return guard_refusal(std::move(*refused), auth.app.config, request);
  }
  return answer_by_session(auth.app, auth.sessions, std::move(std::get<0>(carried)), request,
                           whom == Admitted::users ? auth.for_users : auth.for_staff);
}

int main() {
  return serve<Auth>({.name = "auth"}, {{"GET", "/api/user/auth/", answer<Admitted::users>},
                                        {"GET", "/api/user/auth/staff/", answer<Admitted::staff>}});
}
