#include "api/endpoint.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sysexits.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/private_memory.h"
#include "server/fcgi_server.h"
#include "server/workers.h"

namespace scanlogin {
namespace {

// Requests that may wait for a thread, and how long. Answering one that the web server has given up
// on would spend a code, and end another session, for nobody.
constexpr std::size_t kQueue = 1024;
constexpr std::chrono::seconds kLongestWait{5};

// Hundreds of threads that wait for WeChat would else have malloc set up 8 arenas a core, each of
// which keeps what was ever needed at once in it.
constexpr int kArenas = 2;

bool takes_method(const Endpoint& endpoint, std::string_view method) {
  constexpr std::string_view kSeparator = ", ";
  std::string_view rest = endpoint.methods;
  for (;;) {
    const std::size_t end = rest.find(kSeparator);
    if (method == rest.substr(0, end)) return true;
    if (end == std::string_view::npos) return false;
    rest.remove_prefix(end + kSeparator.size());
  }
}

// The usual soft limit, 1,024, is below what several nginx workers keep open.
void allow_all_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Only waiting for WeChat leaves connections free for further threads.
int threads_for(const Endpoint& endpoint, const Config& config) {
  return endpoint.weixin == Weixin::required ? config.worker_threads
                                             : std::min(config.worker_threads, App::kConnections);
}

// Calls it about once a second until it is destroyed, on a thread of its own.
class EverySecond {
 public:
  EverySecond(std::function<void()> what, const Log& log) : what_(std::move(what)), log_(log) {
    if (what_) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto stopped = [&stop] { return stop.stop_requested(); };
    while (!wake_.wait_for(lock, stop, std::chrono::seconds(1), stopped)) {
      try {
        what_();
      } catch (const std::exception& error) {
        log_.error("check failed", {{"reason", error.what()}});
      }
    }
  }

  const std::function<void()> what_;
  const Log& log_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // the last: it ends before what it waits with
};

Response failed(const Log& log, const char* kind, const char* reason) {
  log.error("request failed", {{"kind", kind}, {"reason", reason}});
  return service_unavailable();
}

Response weixin_unavailable(const Log& log, const char* reason) {
  log.error("WeChat unavailable", {{"reason", reason}});
  return reply(502, "weixin-unavailable", "微信服务暂不可用，请稍后再试");
}

// The outcome of answering, with every exception made into a reply.
template <class Answer>
Answer guarded(const App& app, const Request& request,
               const std::function<Answer(const Request&)>& handler) {
  try {
    return handler(request);
  } catch (const Error& error) {
    const Log log = app.log_of(request);
    if (error.kind() == ErrorKind::upstream) return weixin_unavailable(log, error.what());
    return failed(log, name(error.kind()), error.what());
  } catch (const std::exception& error) {
    return failed(app.log_of(request), name(ErrorKind::internal), error.what());
  }
}

void run(const Endpoint& endpoint, const MakeHandlers& make_handlers) {
  keep_memory_private();
  mallopt(M_ARENA_MAX, kArenas);
  allow_all_descriptors();
  Config config = read_config(process_environment, endpoint.weixin);
  const Log log(endpoint.name, config.log_level);
  FcgiServer server(0, log);
  App app(std::move(config), log);
  Handlers handlers = make_handlers(app);
  if (!handlers.at_once) handlers.at_once = [](const Request&) { return std::nullopt; };
  if (!handlers.tick) handlers.tick = [] {};
  const auto overloaded = [&](const Request& request) {
    return failed(app.log_of(request), "overload", "no thread was free in time");
  };
  Workers workers(threads_for(endpoint, app.config), kQueue,
                  [&](const Request& request, Reply reply, auto waited) {
                    reply.send(waited > kLongestWait ? overloaded(request)
                                                     : guarded(app, request, handlers.blocking));
                  });
  const auto on_request = [&](Request request, Reply reply) {
    if (!takes_method(endpoint, request.method())) {
      reply.send(method_not_allowed(endpoint.methods));
    } else if (const auto response = guarded(app, request, handlers.at_once)) {
      reply.send(*response);
    } else if (!workers.submit(request, reply)) {
      reply.send(overloaded(request));
    }
  };
  const EverySecond checks(handlers.check, log);
  server.run(on_request, handlers.tick);
}

int refuse_to_start(const Endpoint& endpoint, const std::string& fault, int status) {
  std::fprintf(stderr, "%s: %s\n", endpoint.name, fault.c_str());
  return status;
}

}  // namespace

int serve(const Endpoint& endpoint, const MakeHandlers& make_handlers) {
  try {
    run(endpoint, make_handlers);
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

int serve(const Endpoint& endpoint, Response (*blocking)(App&, const Request&)) {
  return serve(endpoint, [blocking](App& app) {
    Handlers handlers;
    handlers.blocking = [blocking, &app](const Request& request) { return blocking(app, request); };
    return handlers;
  });
}

}  // namespace scanlogin
