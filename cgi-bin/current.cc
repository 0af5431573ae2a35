// /api/user/current/ — who is logged in.
//
// Input: a token that a login gave out (api/request_token.h); else 401, 403 as `logout` has them
// GET      200 {"code":200,"data":{id, username, nickname, avatar_url, gender, phone_number}},
//          from memory while nothing has changed since the last time, else from Redis or MySQL
// DELETE   {"confirm":username} deletes the user with all that is theirs: 200, 400 without the
//          right confirmation, 403 for staff, 409 where a table of the site's refers to the user

#include "api/delete_account.h"
#include "api/endpoint.h"
#include "api/request_token.h"
#include "api/session_answer.h"

using namespace scanlogin;

static std::string body_of(const User& user) { return data_response(to_json(user)).body; }

struct Current {
  explicit Current(App& an_app) : app(an_app) {}
  void tick() { sessions.tick(); }
  void check() { sessions.check(); }

  App& app;
  SessionCache sessions{app.config, app.mysql, app.redis, app.loop, app.log, body_of};
  const SessionReplies replies{
      .known = [](const std::string& body, const Request&) { return json_response(200, body); },
      .denied = [](Denial denial, const Request&) { return denied(denial); }};
};

static Answer answer(Current& current, const Request& request) {
  auto carried = token_of(current.app.config, request);
  if (auto* refused = std::get_if<Response>(&carried)) return std::move(*refused);
  return answer_by_session(current.app, current.sessions, std::move(std::get<0>(carried)), request,
                           current.replies);
}

static Response delete_user(Current& current, const Request& request) {
  return delete_account(current.app, request);
}

int main(int argc, char** argv) {
  return serve<Current>({argc, argv}, {.name = "current"},
                        {{"GET", "", answer}, {"DELETE", "", delete_user}});
}
