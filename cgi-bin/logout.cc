// POST /api/user/logout/ — ends the session of the token it comes with; with ?all=1 all sessions of
// its user.
// Input: a token that a login gave out (api/request_token.h). A body is ignored.
// 200 {"code":200,"msg":"登出成功"}; the token is dead from then on, a newer one is not touched
// 401 {"code":1001,"msg":…,"reason":…} without a good token
// 403 {"code":403,"msg":…} with the cookie alone, from another site's page
// The cookie TOKEN_COOKIE is cleared, also where the token was dead already.

#include "domain/sessions/logout.h"

#include "api/caller.h"
#include "api/endpoint.h"
#include "api/request_actor.h"
#include "api/request_token.h"
#include "api/token_cookie.h"
#include "domain/sessions/auth.h"

using namespace scanlogin;

// After a 503 the master alone may know of it: whoever asks again waits for a replica, too.
static void end_again(App& app, const Request& request) {
  if (app.config.redis.wait_replicas == 0) return;
  const auto token = token_of(app.config, request);
  if (!std::holds_alternative<std::string>(token)) return;
  const auto& text = std::get<std::string>(token);
  const auto claims = Authenticator(app.config, app.mysql, app.redis).verify(text);
  const auto* good = std::get_if<jwt::Claims>(&claims);
  if (good == nullptr) return;
  Sessions(app.config, app.redis).end(good->id, session_id(text), Ending::logged_out);
}

static Response handle(App& app, const Request& request) {
  const TokenCookie cookie(app.config);
  const auto caller = caller_of(app, request);
  if (const auto* refused = std::get_if<Response>(&caller)) {
    if (refused->status != 401) return *refused;
    end_again(app, request);
    return cookie.clear(*refused, request);
  }
  const auto& [user, token] = std::get<Caller>(caller);
  const bool all = request.query("all") == "1";
  Sessions sessions(app.config, app.redis);
  (all ? log_out_everywhere : log_out)(app.mysql, sessions, actor_of(request), user.id, token);
  app.log_of(request).info("logout", {{"user", user.id}, {"all", all ? "yes" : "no"}});
  return cookie.clear(message_response(200, 200, "登出成功"), request);
}

int main(int argc, char** argv) {
  return serve<App>({argc, argv}, {.name = "logout"}, {{"POST", "", handle}});
}
