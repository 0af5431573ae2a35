// /api/user/sessions/ — where a user is logged in.
//
// Input: a token that a login gave out (api/request_token.h); else 401, 403 as `logout` has them
// GET          200 {"code":200,"data":{"items":[…]}}, the newest first: id, began, seen, address,
//              user_agent, provider, current
// DELETE ID/   200 {"code":200,"msg":"已下线"}: that session is over; 404 if the user has none with
//              this id

#include "api/caller.h"
#include "api/request_actor.h"
#include "domain/sessions/logout.h"

using namespace scanlogin;

static Response list(const UserCall& call) {
  const std::string own = session_id(call.caller.token);
  Json items = Json::array();
  for (const Session& session :
       Sessions(call.app.config, call.app.redis).list(call.caller.user.id)) {
    items.push(to_json(session).with("current", session.id == own));
  }
  return data_response(Json::object().with("items", std::move(items)));
}

static Response end(const UserCall& call) {
  App& app = call.app;
  const auto& [user, token] = call.caller;
  Sessions sessions(app.config, app.redis);
  if (!end_own_session(app.mysql, sessions, actor_of(call.request), user.id, call.match.session,
                       token)) {
    return not_found("会话不存在");
  }
  app.log_of(call.request).info("session ended", {{"user", user.id}});
  return message_response(200, 200, "已下线");
}

int main(int argc, char** argv) {
  return serve_users(
      {argc, argv}, "sessions",
      {{"GET", "/api/user/sessions/", list}, {"DELETE", "/api/user/sessions/{session}/", end}});
}
