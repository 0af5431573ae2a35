#include "clients/redis.h"

#include "base/crypto.h"
#include "clients/redis_connection.h"

namespace scanlogin::redis {
namespace {

// So long may a connection still lead to a server from which another one has taken over. Making one
// takes well under a millisecond.
constexpr std::chrono::seconds kLongestLife{2};

}  // namespace

Script::Script(std::string source) : source_(std::move(source)), sha_(sha1_hex(source_)) {}

ScriptCall::ScriptCall(const Script& script, const Arguments& keys, const Arguments& arguments)
    : script_(script),
      key_count_(std::to_string(keys.size())),
      by_sha_({"EVALSHA", script.sha(), key_count_}) {
  by_sha_.insert(by_sha_.end(), keys.begin(), keys.end());
  by_sha_.insert(by_sha_.end(), arguments.begin(), arguments.end());
}

Arguments ScriptCall::with_source() const {
  Arguments all = by_sha_;
  all[0] = "EVAL";
  all[1] = script_.source();
  return all;
}

Client::Client(const RedisConfig& config, int connections)
    : pool_(
          static_cast<std::size_t>(connections), ErrorKind::cache,
          [config] { return std::make_unique<Connection>(config); }, kLongestLife) {}

Client::~Client() = default;

Value Client::command(const Arguments& arguments) { return send(arguments); }

Value Client::command_or_nil(const Arguments& arguments) {
  try {
    return send(arguments);
  } catch (const ErrorReply& error) {
    if (!error.wrong_type()) throw;
    return {};
  }
}

Value Client::run(const Script& script, const Arguments& keys, const Arguments& arguments) {
  const ScriptCall call(script, keys, arguments);
  try {
    return send(call.by_sha());
  } catch (const ErrorReply& error) {
    if (!error.script_unknown()) throw;
  }
  return send(call.with_source());
}

void Client::reconnect() { pool_.renew(); }

// Redis reads a command only after it has written out all that the ones before it caused.
void Client::settle() { send({"PING"}); }

Value Client::send(const Arguments& arguments) {
  for (;;) {
    auto lease = pool_.lend();
    const auto leave = [&] {
      lease.drop();
      pool_.renew();
    };
    try {
      return lease->send(arguments);
    } catch (const BrokenConnection& broken) {
      leave();
      if (!lease.reused() || !broken.closed) throw;
    } catch (const ErrorReply& error) {
      if (!error.wrong_server()) throw;
      leave();
      if (!lease.reused()) throw;
    }
  }
}

}  // namespace scanlogin::redis
