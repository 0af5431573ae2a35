#pragma once

#include <hiredis.h>

#include <optional>
#include <string>

#include "base/handle.h"
#include "clients/redis.h"

namespace scanlogin::redis {

// Redis's own word that a command failed. Unlike what else goes wrong it leaves the connection
// in order. Its first word is its code (redis.io/docs/latest/develop/reference/protocol-spec,
// "Simple errors"); where a script's command failed, Redis 6 has that behind words of its own.
class ErrorReply : public Error {
 public:
  explicit ErrorReply(const std::string& text) : Error(ErrorKind::cache, "Redis: " + text) {}
  bool script_unknown() const;
  // The command is none for what the key holds.
  bool wrong_type() const;
  // The server is not the one to ask: a replica, about to load its data, or cut off from its
  // master. It says nothing about the command, which was not run; another server may take it.
  bool wrong_server() const;

 private:
  bool has_code(std::string_view code) const;
};

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
  explicit Connection(const RedisConfig& config);

  Value send(const Arguments& arguments);

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
  BrokenConnection broken() const;

  Handle<redisContext, redisFree> context_;
};

}  // namespace scanlogin::redis
