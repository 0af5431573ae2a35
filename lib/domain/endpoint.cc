#include "domain/endpoint.h"

#include <sysexits.h>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "clients/fcgi_server.h"
#include "clients/workers.h"

namespace scanlogin {
namespace {

// Requests that may wait for a worker; past this the wait would outlast the web server's patience.
constexpr std::size_t kQueue = 1024;

bool takes_method(const Endpoint& endpoint, std::string_view method) {
  return method == endpoint.method || (method == "HEAD" && endpoint.method == std::string("GET"));
}

std::string allowed_methods(const Endpoint& endpoint) {
  return takes_method(endpoint, "HEAD") ? "GET, HEAD" : endpoint.method;
}

Response failed(const Log& log, const char* kind, const char* reason) {
  log.error("request failed", {{"kind", kind}, {"reason", reason}});
  return service_unavailable();
}

Response weixin_unavailable(const Log& log, const char* reason) {
  log.error("WeChat unavailable", {{"reason", reason}});
  return reply(502, "weixin-unavailable", "微信服务暂不可用，请稍后再试");
}

Response answer(const App& app, const RequestHandler& handle, const Request& request) {
  try {
    return handle(request);
  } catch (const Error& error) {
    const Log log = app.log_of(request);
    if (error.kind() == ErrorKind::upstream) return weixin_unavailable(log, error.what());
    return failed(log, name(error.kind()), error.what());
  } catch (const std::exception& error) {
    return failed(app.log_of(request), name(ErrorKind::internal), error.what());
  }
}

void run(const Endpoint& endpoint, const MakeHandler& make_handler) {
  Config config = read_config(process_environment, endpoint.weixin);
  const Log log(endpoint.name, config.log_level);
  FcgiServer server(0, log);
  App app(std::move(config), log);
  const RequestHandler handle = make_handler(app);
  Workers workers(app.config.worker_threads, kQueue, [&](const Request& request, Reply reply) {
    reply.send(answer(app, handle, request));
  });
  server.run([&](Request request, Reply reply) {
    if (takes_method(endpoint, request.method())) {
      workers.submit(std::move(request), std::move(reply));
    } else {
      reply.send(method_not_allowed(allowed_methods(endpoint)));
    }
  });
}

int refuse_to_start(const Endpoint& endpoint, const std::string& fault, int status) {
  std::fprintf(stderr, "%s: %s\n", endpoint.name, fault.c_str());
  return status;
}

}  // namespace

int serve(const Endpoint& endpoint, const MakeHandler& make_handler) {
  try {
    run(endpoint, make_handler);
    return EX_OK;
  } catch (const ConfigError& error) {
    for (const std::string& fault : error.faults()) refuse_to_start(endpoint, fault, EX_CONFIG);
    return EX_CONFIG;
  } catch (const Error& error) {
    const bool config = error.kind() == ErrorKind::config;
    return refuse_to_start(endpoint, error.what(), config ? EX_CONFIG : EX_SOFTWARE);
  } catch (const std::exception& error) {
    return refuse_to_start(endpoint, error.what(), EX_SOFTWARE);
  }
}

int serve(const Endpoint& endpoint, Response (*handle)(App&, const Request&)) {
  return serve(endpoint, [handle](App& app) -> RequestHandler {
    return [handle, &app](const Request& request) { return handle(app, request); };
  });
}

}  // namespace scanlogin
