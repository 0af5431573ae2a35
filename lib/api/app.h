#pragma once

#include <optional>

#include "base/config.h"
#include "base/event_loop.h"
#include "base/log.h"
#include "clients/mysql.h"
#include "clients/redis.h"
#include "server/request.h"

namespace scanlogin {

// What one endpoint's process has, made once at its start. Nothing waits for a connection until it
// is used, so an endpoint starts while its backends are down. Shared by all threads. What is below
// lib/api knows nothing of it: each class there is given what it uses.
struct App {
  // To MySQL and to Redis each, at the most: a thread needs one for a millisecond or two of the
  // time that it waits for a provider, so there are far fewer of them than threads.
  static constexpr int kConnections = 16;

  App(Config settings, Log logger);

  // The log for what happens in answering this request: with its id and the client's address.
  Log log_of(const Request& request) const;

  const Config config;
  const Log log;
  EventLoop loop;
  mysql::Client mysql;
  redis::Client redis;
  std::optional<mysql::Client> readers;  // where there are any

  // What the lists of admins are read from.
  mysql::Client& lists() noexcept { return readers ? *readers : mysql; }
};

}  // namespace scanlogin
