#include "clients/redis.h"

#include <hiredis.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "base/crypto.h"
#include "base/handle.h"

namespace scanlogin::redis {
namespace {

constexpr timeval kConnectLimit{.tv_sec = 1, .tv_usec = 0};
constexpr timeval kReplyLimit{.tv_sec = 2, .tv_usec = 0};
constexpr std::string_view kUnknownScript = "NOSCRIPT";

// Redis's own word that a command failed. Unlike what else goes wrong it leaves the connection
// in order.
class ErrorReply : public Error {
 public:
  explicit ErrorReply(const std::string& text) : Error(ErrorKind::cache, "Redis: " + text) {}
  bool script_unknown() const { return std::string_view(what()).find(kUnknownScript) == 7; }
};

// The connection broke; whether Redis ran the command is not known.
class BrokenConnection : public Error {
 public:
  BrokenConnection(const std::string& text, bool by_redis)
      : Error(ErrorKind::cache, "Redis: " + text), closed(by_redis) {}
  const bool closed;  // by the other side, as opposed to silent for too long
};

Value value_of(const redisReply& reply) {
  Value value;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      value.type = Value::Type::text;
      value.text.assign(reply.str, static_cast<std::size_t>(reply.len));
      break;
    case REDIS_REPLY_INTEGER:
      value.type = Value::Type::integer;
      value.integer = reply.integer;
      break;
    case REDIS_REPLY_ARRAY:
      value.type = Value::Type::array;
      for (std::size_t i = 0; i < reply.elements; ++i) {
        value.array.push_back(value_of(*reply.element[i]));
      }
      break;
    case REDIS_REPLY_ERROR:
      throw ErrorReply({reply.str, static_cast<std::size_t>(reply.len)});
    default:
      break;
  }
  return value;
}

}  // namespace

class Connection {
 public:
  explicit Connection(const RedisConfig& config) : context_(connect(config.address)) {
    if (!context_) throw std::bad_alloc();
    if (context_->err != 0) throw broken();
    redisSetTimeout(context_.get(), kReplyLimit);
    if (!config.password.empty()) send({"AUTH", config.password});
    if (config.db != 0) send({"SELECT", std::to_string(config.db)});
  }

  Value send(const Arguments& arguments) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const std::string_view argument : arguments) {
      texts.push_back(argument.data());
      lengths.push_back(argument.size());
    }
    const Handle<void, freeReplyObject> reply(redisCommandArgv(
        context_.get(), static_cast<int>(texts.size()), texts.data(), lengths.data()));
    if (!reply) throw broken();
    return value_of(*static_cast<const redisReply*>(reply.get()));
  }

 private:
  static redisContext* connect(const ServerAddress& address) {
    return address.socket.empty()
               ? redisConnectWithTimeout(address.host.c_str(), address.port, kConnectLimit)
               : redisConnectUnixWithTimeout(address.socket.c_str(), kConnectLimit);
  }

  BrokenConnection broken() const {
    const bool by_errno = context_->err == REDIS_ERR_IO;
    const bool closed =
        context_->err == REDIS_ERR_EOF || (by_errno && (errno == EPIPE || errno == ECONNRESET));
    return {by_errno ? std::generic_category().message(errno) : std::string(context_->errstr),
            closed};
  }

  Handle<redisContext, redisFree> context_;
};

Script::Script(std::string source) : source_(std::move(source)), sha_(sha1_hex(source_)) {}

Client::Client(const RedisConfig& config, int connections)
    : pool_(static_cast<std::size_t>(connections), ErrorKind::cache,
            [config] { return std::make_unique<Connection>(config); }) {}

Client::~Client() = default;

Value Client::command(const Arguments& arguments) { return send(arguments); }

Value Client::run(const Script& script, const Arguments& keys, const Arguments& arguments) {
  const std::string key_count = std::to_string(keys.size());
  Arguments all = {"EVALSHA", script.sha(), key_count};
  all.insert(all.end(), keys.begin(), keys.end());
  all.insert(all.end(), arguments.begin(), arguments.end());
  try {
    return send(all);
  } catch (const ErrorReply& error) {
    if (!error.script_unknown()) throw;
  }
  all[0] = "EVAL";
  all[1] = script.source();
  return send(all);
}

Value Client::send(const Arguments& arguments) {
  for (;;) {
    auto lease = pool_.lend();
    try {
      return lease->send(arguments);
    } catch (const BrokenConnection& broken) {
      lease.drop();
      pool_.drop_idle();
      if (!lease.reused() || !broken.closed) throw;
    }
  }
}

}  // namespace scanlogin::redis
