#pragma once

#include <variant>

#include "api/endpoint.h"

namespace scanlogin {

// The main of an endpoint (serve() of api/endpoint.h) all of whose requests have to come from
// somebody. admit(app, request) says who that is, else gives the response. Whoever it is learns
// whether a path exists; a method of no row is refused without asking.
//
// A handler is given Call{app, who, id, request}; id is the path's {id}, 0 where there is none.
template <class Call, class Admit>
int serve_calls(const char* name, const Routes<Response (*)(const Call&)>& routes,
                const Admit& admit) {
  // The routes live as long as serve() runs.
  return serve({.name = name}, {}, [&](App& app) {
    const auto work = [&app, &routes, &admit](const Request& request) {
      const auto who = admit(app, request);
      if (const auto* denied = std::get_if<Response>(&who)) return *denied;
      const auto found = route(routes, request);
      if (const auto* none = std::get_if<Response>(&found)) return *none;
      const auto& row = std::get<0>(found);
      return (*row.handler)(Call{app, std::get<0>(who), row.id.value_or(0), request});
    };
    const auto answer = [work, methods = methods_of(routes)](const Request& request) -> Answer {
      if (!methods.have(request.method())) return method_not_allowed(methods.text());
      return Work(work);
    };
    return Handlers{.answer = answer, .tick = {}, .check = {}};
  });
}

}  // namespace scanlogin
