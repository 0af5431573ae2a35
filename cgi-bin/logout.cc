// POST /api/user/logout/ — ends the session of the token it comes with.
//
// Input: the header IDTOKEN, a token that a login gave out. A body is ignored.
// 200 {"code":200,"msg":"登出成功"}; the token is dead from then on, a newer one is not touched
// 401 {"code":1001,"msg":…} without a good token

#include "api/endpoint.h"
#include "api/request_actor.h"
#include "api/request_token.h"
#include "api/user_api.h"
#include "domain/audit/audit.h"
#include "domain/sessions/sessions.h"

using namespace scanlogin;

static Response handle(App& app, const Request& request) {
  const auto user = user_of(app, request, "logout denied");
  if (const auto* denied = std::get_if<Response>(&user)) return *denied;
  const std::int64_t id = std::get<User>(user).id;
  app.mysql.transaction([&](mysql::Connection& connection) {
    record(connection, actor_of(request), {"logout", id});
    Sessions(app.redis).end(id, token_of(request));
  });
  app.log_of(request).info("logout", {{"user", id}});
  return message_response(200, 200, "登出成功");
}

int main() { return serve<App>({.name = "logout"}, {{"POST", "", handle}}); }
