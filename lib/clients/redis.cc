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
