// GET /api/user/current/ — who is logged in.
//
// Input: the header IDTOKEN, a token that a login gave out.
// 200 {"code":200,"data":{id, username, nickname, avatar_url, gender, phone_number}}
// 401 {"code":1001,"msg":…} without a good token
// Changes nothing.

#include "domain/auth.h"
#include "domain/endpoint.h"

using namespace scanlogin;

static Response handle(App& app, const Request& request) {
  const auto user = authenticate(app, request.header("IDTOKEN"));
  if (const auto* denial = std::get_if<Denial>(&user)) {
    app.log_of(request).debug("denied", {{"reason", message(*denial)}});
    return unauthorized(message(*denial));
  }
  return data_response(to_json(std::get<User>(user)));
}

int main() { return serve({.name = "current", .method = "GET"}, handle); }
