#pragma once

#include <string>
#include <variant>

#include "api/endpoint.h"
#include "domain/users/users.h"
#include "server/request.h"
#include "server/response.h"
#include "server/route.h"

namespace scanlogin {

// Whoever a request comes from.
struct Caller {
  User user;
  std::string token;
};

// The user whose token a request carries (api/request_token.h), asked for anew in Redis and MySQL;
// else what the request is answered with, 401 or 403, which the log is told. Blocks; throws
// Error(cache) and Error(database).
std::variant<Caller, Response> caller_of(App& app, const Request& request);

// The main of an endpoint that answers nobody but those whom `admit` lets in, at each request anew.
// A Call is made of {App&, const Who&, PathMatch, const Request&}. A method of no row is refused
// before anybody is asked who they are; a path of no row is 404 to those who are let in.
template <class Who, class Call>
int serve_admitted(const CommandLine& command_line, const char* name,
                   const Routes<Response (*)(const Call&)>& routes,
                   std::variant<Who, Response> (*admit)(App&, const Request&)) {
  // The routes live as long as serve() runs.
  return serve(command_line, {.name = name}, {}, [&](App& app) {
    const auto work = [&app, &routes, admit](const Request& request) -> Response {
      const auto who = admit(app, request);
      if (const auto* denied = std::get_if<Response>(&who)) return *denied;
      const auto found = route(routes, request);
      if (const auto* none = std::get_if<Response>(&found)) return *none;
      const auto& row = std::get<0>(found);
      return (*row.handler)(Call{app, std::get<Who>(who), row.match, request});
    };
    const auto answer = [work, methods = methods_of(routes)](const Request& request) -> Answer {
      if (!methods.have(request.method())) return method_not_allowed(methods.text());
      return Work(work);
    };
    const auto methods_of_path = [&routes](const Request& request) {
      return methods_of(routes, request);
    };
    return Handlers{.answer = answer, .methods = methods_of_path, .tick = {}, .check = {}};
  });
}

// A request of a user, about what is theirs.
struct UserCall {
  App& app;
  const Caller& caller;
  PathMatch match;
  const Request& request;
};
using UserHandler = Response (*)(const UserCall&);

// serve_admitted() for whoever has a good token.
inline int serve_users(const CommandLine& command_line, const char* name,
                       const Routes<UserHandler>& routes) {
  return serve_admitted<Caller, UserCall>(command_line, name, routes, caller_of);
}

}  // namespace scanlogin
