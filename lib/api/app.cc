#include "api/app.h"

namespace scanlogin {

App::App(Config settings, Log logger)
    : config(std::move(settings)),
      log(std::move(logger)),
      mysql(config.mysql, kConnections),
      redis(config.redis, kConnections) {}

Log App::log_of(const Request& request) const {
  return log.with({{"request", request.id()}, {"client", request.client()}});
}

}  // namespace scanlogin
