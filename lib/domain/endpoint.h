#pragma once

#include <functional>
#include <memory>

#include "base/response.h"
#include "domain/app.h"

namespace scanlogin {

// What an endpoint is, apart from what it does.
struct Endpoint {
  const char* name = nullptr;      // of the program, as the log shows it
  const char* method = nullptr;    // "GET" (HEAD goes with it) or "POST"
  Weixin weixin = Weixin::unused;  // whether WX_APPID and WX_SECRET are needed
};

// Answers a request; runs on a worker thread, may block, may throw.
using RequestHandler = std::function<Response(const Request&)>;
// Makes the handler, once the settings are read.
using MakeHandler = std::function<RequestHandler(App&)>;

// The main of an endpoint: reads the settings, serves FastCGI on descriptor 0 until SIGTERM, and
// returns the exit status: 0, or 78 (EX_CONFIG, sysexits.h) with each fault of the settings on a
// line of standard error.
//
// The one place where errors end: an Error is logged with the request's id and answered 502 if
// WeChat is to blame, else 503, and so is every other exception. A method that is not the
// endpoint's is answered 405.
int serve(const Endpoint& endpoint, const MakeHandler& make_handler);

// serve() for a handler that needs the App alone …
int serve(const Endpoint& endpoint, Response (*handle)(App&, const Request&));

// … or something made from it that lives as long as the process.
template <class Part>
int serve(const Endpoint& endpoint, Response (*handle)(Part&, const Request&)) {
  return serve(endpoint, [handle](App& app) -> RequestHandler {
    return [handle, part = std::make_shared<Part>(app)](const Request& request) {
      return handle(*part, request);
    };
  });
}

}  // namespace scanlogin
