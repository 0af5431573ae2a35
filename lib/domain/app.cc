#include "domain/app.h"

namespace scanlogin {
namespace {

// An exchange is two calls to WeChat, each within its limit, and a little MySQL and Redis.
std::chrono::milliseconds claim_life(const Config& config) {
  return 2 * config.weixin_timeout + std::chrono::seconds(2);
}

}  // namespace

App::App(Config settings, Log logger)
    : config(std::move(settings)),
      log(std::move(logger)),
      mysql(config.mysql, kConnections),
      redis(config.redis, kConnections),
      users(mysql),
      sessions(redis),
      codes(redis, claim_life(config)),
      uuids(config) {}

Log App::log_of(const Request& request) const {
  return log.with({{"request", request.id()}, {"client", request.client()}});
}

}  // namespace scanlogin
