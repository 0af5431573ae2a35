#include "api/endpoint.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sysexits.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/cors.h"
#include "api/every_second.h"
#include "api/monitor.h"
#include "api/schema_watch.h"
#include "base/event_loop.h"
#include "base/private_memory.h"
#include "base/server_settings.h"
#include "base/version.h"
#include "domain/providers/provider.h"
#include "server/fcgi_server.h"
#include "server/workers.h"

namespace scanlogin {
namespace {

// Requests that may wait for a thread, and how long. Answering one that the web server has given up
// on would spend a code, and end another session, for nobody.
constexpr std::size_t kQueue = 1024;
constexpr std::chrono::seconds kLongestWait{5};

// A process that must not run on the tables as they are had better end before it serves: then one
// that it was to replace goes on. So much patience has it with MySQL; requests wait in the socket.
constexpr std::chrono::seconds kFirstLook{1};

// With hundreds of threads malloc would set up 8 arenas a core, each of which keeps what was ever
// needed at once in it.
constexpr int kArenas = 2;

// The usual soft limit, 1,024, is below what several nginx workers keep open.
void allow_all_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int threads_for(const Endpoint& endpoint, const Config& config) {
  return endpoint.asks_provider ? config.worker_threads
                                : std::min(config.worker_threads, App::kConnections);
}

Response failed(const Log& log, const char* kind, const char* reason) {
  log.error("request failed", {{"kind", kind}, {"reason", reason}});
  return service_unavailable();
}

Response failed(const Log& log, const ProviderUnavailable& error) {
  const ProviderFacts& provider = error.provider();
  log.error(std::string(provider.label) + " unavailable", {{"reason", error.what()}});
  return message_response(502, provider.unavailable_code, provider.unavailable_msg);
}

// What answering comes to, with every exception made into a response.
template <class Result>
Result guarded(const App& app, const Request& request,
               const std::function<Result(const Request&)>& handler) {
  try {
    return handler(request);
  } catch (const ProviderUnavailable& error) {
    return failed(app.log_of(request), error);
  } catch (const Error& error) {
    return failed(app.log_of(request), name(error.kind()), error.what());
  } catch (const std::exception& error) {
    return failed(app.log_of(request), name(ErrorKind::internal), error.what());
  }
}

// Sees each request to its answer, between the loop and the threads.
class Answering : public Answerer {
 public:
  Answering(const Endpoint& endpoint, App& app, const Handlers& handlers)
      : app_(app),
        handlers_(handlers),
        cors_(app.config),
        monitor_(app, endpoint),
        workers_(threads_for(endpoint, app.config), kQueue,
                 [this](OpenRequest open, const Work& work, auto waited) {
                   do_work(std::move(open), work, waited);
                 }) {}

  void begin(Request request, Responder responder) {
    if (const auto preflight = cors_.preflight(request, handlers_.methods)) {
      return responder.send(*preflight);
    }
    Answer how = Monitor::is_for(request) ? guarded(app_, request, monitoring_)
                                          : guarded(app_, request, handlers_.answer);
    answer(OpenRequest(*this, std::move(request), std::move(responder)), std::move(how));
  }

  // About once a second.
  void tick() { monitor_.tick(); }

  void answer(OpenRequest open, Answer how) override {
    if (auto* response = std::get_if<Response>(&how)) {
      send(std::move(open), std::move(*response));
    } else if (auto* work = std::get_if<Work>(&how)) {
      if (!workers_.submit(open, *work)) {
        Response refusal = overloaded(open.request());
        send(std::move(open), std::move(refusal));
      }
    } else {
      take(std::move(open), std::get<Taking>(how));
    }
  }

 private:
  // On one of the threads.
  void do_work(OpenRequest open, const Work& work, std::chrono::steady_clock::duration waited) {
    Outcome outcome = waited > kLongestWait ? Outcome(overloaded(open.request()))
                                            : guarded(app_, open.request(), work);
    if (auto* response = std::get_if<Response>(&outcome)) {
      return send(std::move(open), std::move(*response));
    }
    const auto shared = std::make_shared<OpenRequest>(std::move(open));
    app_.loop.post([this, shared, taking = std::get<Taking>(std::move(outcome))] {
      take(std::move(*shared), taking);
    });
  }

  // One that is dropped on the way has answered itself.
  void take(OpenRequest open, const Taking& taking) const {
    const std::string request = open.request().id();
    try {
      taking(std::move(open));
    } catch (const std::exception& error) {
      failed(app_.log.with({{"request", request}}), name(ErrorKind::internal), error.what());
    }
  }

  void send(OpenRequest open, Response response) const {
    cors_.allow(open.request(), response);
    open.send(response);
  }

  Response overloaded(const Request& request) const {
    return failed(app_.log_of(request), "overload", "no thread was free in time");
  }

  App& app_;
  const Handlers& handlers_;
  const Cors cors_;
  Monitor monitor_;
  const std::function<Answer(const Request&)> monitoring_ = [this](const Request& request) {
    return monitor_.answer(request);
  };
  Workers workers_;
};

void run(const Endpoint& endpoint, const ReadMore& read_more, const MakeHandlers& make_handlers) {
  keep_memory_private();
  mallopt(M_ARENA_MAX, kArenas);
  allow_all_descriptors();
  Config config = read_config(process_environment, read_more);
  const Log log(endpoint.name, config.log_level, config.log_format);
  App app(std::move(config), log);
  FcgiServer server(app.loop, 0, log, app.config.web_servers);
  Handlers handlers = make_handlers(app);
  if (!handlers.drain) handlers.drain = [] {};
  Answering answering(endpoint, app, handlers);
  const EverySecond checks(handlers.check, log);
  std::optional<SchemaWatch> schema;
  if (endpoint.asks_mysql) {
    schema.emplace(app.mysql, log, [&] { app.loop.post([&server] { server.stop(); }); });
    schema->wait_for_first_look(kFirstLook);
    if (const auto fault = schema->fault()) throw ConfigError({*fault});
  }
  log.info("started", {{"version", kVersion},
                       {"mysql", to_text(app.config.mysql.servers)},
                       {"redis", to_text(app.config.redis)}});
  server.run(
      [&](Request request, Responder responder) {
        answering.begin(std::move(request), std::move(responder));
      },
      [&] {
        answering.tick();
        if (handlers.tick) handlers.tick();
      },
      handlers.drain);
  log.info("ended");
  if (const auto fault = schema ? schema->fault() : std::nullopt) throw ConfigError({*fault});
}

int refuse_to_start(const Endpoint& endpoint, const std::string& fault, int status) {
  std::fprintf(stderr, "%s: %s\n", endpoint.name, fault.c_str());
  return status;
}

}  // namespace

int serve(const CommandLine& command_line, const Endpoint& endpoint, const ReadMore& read_more,
          const MakeHandlers& make_handlers) {
  if (command_line.argc > 1) {
    const bool asked = std::string_view(command_line.argv[1]) == "--version";
    if (!asked) return refuse_to_start(endpoint, "takes no arguments but --version", EX_USAGE);
    std::printf("%s %s\n", endpoint.name, kVersion);
    return EX_OK;
  }
  try {
    run(endpoint, read_more, make_handlers);
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

}  // namespace scanlogin
