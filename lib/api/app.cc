#include "api/app.h"

namespace scanlogin {

App::App(Config settings, Log logger)
    : config(std::move(settings)),
      log(std::move(logger)),
      mysql(config.mysql, kConnections, log),
      redis(config.redis, kConnections, log) {
  if (!config.mysql.readers.empty()) {
    readers.emplace(config.mysql, kConnections, log, mysql::Use::lists);
  }
}

Log App::log_of(const Request& request) const {
  return log.with({{"request", request.id()}, {"client", request.client()}});
}

}  // namespace scanlogin
