#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "api/endpoint.h"
#include "domain/account/account.h"
#include "domain/users/users.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// The user that a request comes from, else the response it gets: 401 {"code":1001,"msg":…}. Redis
// and MySQL are asked anew. A denial is logged with its reason: as `event` where one is given, else
// for those who debug. Throws Error(cache) and Error(database).
std::variant<User, Response> user_of(App& app, const Request& request, const char* event = nullptr);

// A request of a user about their own account, to one row of an endpoint's table.
struct UserCall {
  App& app;
  const User& user;
  std::int64_t id;  // the path's {id}; 0 where there is none
  const Request& request;
};
using UserHandler = Response (*)(const UserCall&);

// The main of an endpoint for whoever is logged in (serve_calls()).
int serve_user(const char* name, const Routes<UserHandler>& routes);

// The response to what became of a user's wish; `done` is what is said of success.
Response outcome_response(AccountOutcome outcome, std::string_view done);

// 403 {"code":1003,"msg":"没有权限"}.
Response forbidden();

}  // namespace scanlogin
