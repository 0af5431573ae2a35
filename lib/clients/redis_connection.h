#pragma once

#include <hiredis.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/handle.h"
#include "clients/redis.h"

namespace scanlogin::redis {

// The connection broke; whether Redis ran the command is not known.
class BrokenConnection : public Error {
 public:
  BrokenConnection(const std::string& text, bool by_redis)
      : Error(ErrorKind::cache, "Redis: " + text), closed(by_redis) {}
  const bool closed;  // by the other side, as opposed to silent for too long
};

// One connection, logged in and with its database selected. Private to lib/clients; not
// thread-safe. Throws ErrorReply and BrokenConnection.
class Connection {
 public:
  // Is given the descriptor once that is connected. What it returns lives until just before the
  // descriptor is closed; null: nobody wants the connection any more.
  using Hold = std::function<std::shared_ptr<void>(int fd)>;

  // To config.address, whatever Sentinels say. Of several addresses that a name has, the first that
  // takes the connection.
  explicit Connection(const RedisConfig& config, const Hold& hold = {});

  Value send(const Arguments& arguments);
  // All of them before the first reply is read.
  void send_all(const std::vector<Arguments>& all);

  // Sends without waiting for the answer, which receive() will meet.
  void post(const Arguments& arguments);
  // What has arrived, without blocking. Nothing if no whole reply has.
  std::optional<Value> receive();

  // Whether a part of a reply has arrived, and not all of it.
  bool has_part() const noexcept;

  // For an event loop. From stop_blocking() on, what is appended goes out by flush(), as far as
  // that can be done without blocking; whether it was all. send() and post() are not for it then.
  int fd() const noexcept;
  void stop_blocking();
  void append(const Arguments& arguments);
  bool flush();

 private:
  Value next_reply();
  BrokenConnection broken() const;

  Handle<redisContext, redisFree> context_;
  const bool tls_;
  std::shared_ptr<void> held_;  // the last: gone before the descriptor is
};

}  // namespace scanlogin::redis
