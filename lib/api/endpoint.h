#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "api/app.h"
#include "server/response.h"

namespace scanlogin {

// What an endpoint is, apart from what it does.
struct Endpoint {
  const char* name = nullptr;      // of the program, as the log shows it
  const char* methods = nullptr;   // "GET, HEAD": those there are, as the header Allow lists them
  Weixin weixin = Weixin::unused;  // whether WX_APPID and WX_SECRET are needed
};

// How an endpoint answers.
struct Handlers {
  // On the loop, for what is known without asking anyone: must not block. Nothing passes the
  // request on to `blocking`. May be absent.
  std::function<std::optional<Response>(const Request&)> at_once;
  // On a worker thread.
  std::function<Response(const Request&)> blocking;
  // On the loop, about once a second: must not block. May be absent.
  std::function<void()> tick;
  // About once a second on a thread of its own, where it may block. May be absent.
  std::function<void()> check;
};

// Makes the handlers, once the settings are read.
using MakeHandlers = std::function<Handlers(App&)>;

// The main of an endpoint: reads the settings, serves FastCGI on descriptor 0 until SIGTERM, and
// returns the exit status: 0, or 78 (EX_CONFIG, sysexits.h) with each fault of the settings on a
// line of standard error.
//
// The one place where errors end: an Error is logged with the request's id and answered 502 if
// WeChat is to blame, else 503, and so is every other exception. A method that is not the
// endpoint's is answered 405.
int serve(const Endpoint& endpoint, const MakeHandlers& make_handlers);

// serve() for an endpoint whose state, made from the App, lives as long as the process. The methods
// tick() and check() of a Part that has them are called as Handlers says.
template <class Part>
int serve(const Endpoint& endpoint, Response (*blocking)(Part&, const Request&),
          std::optional<Response> (*at_once)(Part&, const Request&) = nullptr) {
  return serve(endpoint, [=](App& app) {
    const auto part = std::make_shared<Part>(app);
    Handlers handlers;
    handlers.blocking = [=](const Request& request) { return blocking(*part, request); };
    if (at_once != nullptr) {
      handlers.at_once = [=](const Request& request) { return at_once(*part, request); };
    }
    if constexpr (requires { part->tick(); }) handlers.tick = [part] { part->tick(); };
    if constexpr (requires { part->check(); }) handlers.check = [part] { part->check(); };
    return handlers;
  });
}

// serve() for an endpoint that needs the App alone.
int serve(const Endpoint& endpoint, Response (*blocking)(App&, const Request&));

}  // namespace scanlogin
