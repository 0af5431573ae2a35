#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "api/app.h"
#include "base/config.h"
#include "server/open_request.h"
#include "server/response.h"
#include "server/route.h"

namespace scanlogin {

// What an endpoint is, apart from what it does.
struct Endpoint {
  const char* name = nullptr;  // of the program, as the log shows it
  // Whether its threads wait for a provider. They hold no connection meanwhile, so there may be
  // more of them than connections.
  bool asks_provider = false;
  bool asks_redis = true;
  // Whether it asks MySQL anything, and so needs its tables to be as it knows them.
  bool asks_mysql = true;
};

// What main() is given.
struct CommandLine {
  int argc = 0;
  char** argv = nullptr;
};

// How an endpoint answers.
struct Handlers {
  // On the loop: must not block.
  std::function<Answer(const Request&)> answer;
  // On the loop: the methods of the request's path, none if there is no such path.
  std::function<Methods(const Request&)> methods;
  // On the loop, about once a second: must not block. May be absent.
  std::function<void()> tick;
  // On the loop, when the process is asked to end: whatever has been taken is to be answered now,
  // and what comes from now on at once. May be absent.
  std::function<void()> drain{};
  // About once a second on a thread of its own, where it may block. May be absent.
  std::function<void()> check;
};

// Makes the handlers, once the settings are read.
using MakeHandlers = std::function<Handlers(App&)>;

// The main of an endpoint: reads the settings, serves FastCGI on descriptor 0 until it is told to
// end (server/fcgi_server.h has the signals), and returns the exit status: 0, or 78 (EX_CONFIG,
// sysexits.h) with each fault of the settings on a line of standard error. With --version it prints
// its name and version instead; any other argument is 64 (EX_USAGE). It ends with 78 and a line as
// well once it finds that it must not run on the database as it is (domain/schema/schema.h).
//
// Answers preflights, and lets CORS_ORIGINS read every response (api/cors.h).
//
// The one place where errors end: an Error is logged with the request's id and answered 502 where
// a provider cannot be asked (ProviderUnavailable), else 503, and so is every other exception.
int serve(const CommandLine& command_line, const Endpoint& endpoint, const ReadMore& read_more,
          const MakeHandlers& make_handlers);

// What a row of an endpoint's table calls, with the endpoint's state: what blocks, and runs on a
// thread; or what does not, and runs on the loop.
template <class Part>
using PartHandler =
    std::variant<Response (*)(Part&, const Request&), Answer (*)(Part&, const Request&)>;

template <class Part>
Answer answer_by(const PartHandler<Part>& handler, Part& part, const Request& request) {
  if (const auto* at_once = std::get_if<1>(&handler)) return (*at_once)(part, request);
  return Work([&part, blocking = std::get<0>(handler)](const Request& again) {
    return blocking(part, again);
  });
}

template <class Part>
Handlers handlers_of(const std::shared_ptr<Part>& part, const Routes<PartHandler<Part>>& routes) {
  Handlers handlers;
  handlers.answer = [part, routes](const Request& request) -> Answer {
    auto found = route(routes, request);
    if (auto* none = std::get_if<Response>(&found)) return std::move(*none);
    return answer_by(*std::get<0>(found).handler, *part, request);
  };
  handlers.methods = [routes](const Request& request) { return methods_of(routes, request); };
  if constexpr (requires { part->tick(); }) handlers.tick = [part] { part->tick(); };
  if constexpr (requires { part->drain(); }) handlers.drain = [part] { part->drain(); };
  if constexpr (requires { part->check(); }) handlers.check = [part] { part->check(); };
  return handlers;
}

// serve() for an endpoint with state, which lives as long as the process: an App, or a Part that is
// made from one. A Part that needs settings beyond Config has a static read_settings() for them,
// and is made from those too. Its methods tick() and check(), if it has them, are called as
// Handlers says.
template <class Part>
int serve(const CommandLine& command_line, const Endpoint& endpoint,
          const Routes<PartHandler<Part>>& routes) {
  if constexpr (std::is_same_v<Part, App>) {
    return serve(command_line, endpoint, {}, [&](App& app) {
      return handlers_of(std::shared_ptr<App>(std::shared_ptr<void>(), &app), routes);
    });
  } else if constexpr (requires(SettingsReader & reader) { Part::read_settings(reader); }) {
    decltype(Part::read_settings(std::declval<SettingsReader&>())) settings;
    return serve(
        command_line, endpoint,
        [&](SettingsReader& reader) { settings = Part::read_settings(reader); },
        [&](App& app) { return handlers_of(std::make_shared<Part>(app, settings), routes); });
  } else {
    return serve(command_line, endpoint, {},
                 [&](App& app) { return handlers_of(std::make_shared<Part>(app), routes); });
  }
}

}  // namespace scanlogin
