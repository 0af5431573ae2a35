// GET /api/user/auth/, auth/staff/ — whether nginx may give out what it guards for users, for staff
// (nginx/scanlogin-auth.conf). Input: api/guard.h. 204 without a body; who it is, in headers
// 401 {"code":1001,"msg":…,"reason":…} without a good token
// 403 {"code":1003,"msg":"没有权限"} where staff is asked for, and this user is none
// 403 {"code":403,"msg":"不允许跨站请求"} where another site's page sends it (api/request_token.h)

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
    const auto known = [this](const std::string& text, const Request& request) {
      return guard_response(text, whom, app.config, request);
    };
    const auto refused = [this](Denial denial, const Request& request) {
      return guard_refusal(denied(denial), app.config, request);
    };
    return {.known = known, .denied = refused};
  }

  App& app;
  SessionCache sessions{app.config, app.mysql, app.redis, app.loop, app.log, guard_text};
  const SessionReplies for_users = replies_for<Admitted::users>();
  const SessionReplies for_staff = replies_for<Admitted::staff>();
};

template <Admitted whom>
static Answer answer(Auth& auth, const Request& request) {
  const Config& config = auth.app.config;
  auto carried = token_of(config, request, request.parameter("GUARDED_METHOD"));
  if (auto* no = std::get_if<Response>(&carried))
    return guard_refusal(std::move(*no), config, request);
  return answer_by_session(auth.app, auth.sessions, std::move(std::get<0>(carried)), request,
                           whom == Admitted::users ? auth.for_users : auth.for_staff);
}

int main(int argc, char** argv) {
  return serve<Auth>({argc, argv}, {.name = "auth"},
                     {{"GET", "/api/user/auth/", answer<Admitted::users>},
                      {"GET", "/api/user/auth/staff/", answer<Admitted::staff>}});
}
