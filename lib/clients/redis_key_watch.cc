#include "clients/redis_key_watch.h"

#include "clients/redis_connection.h"

namespace scanlogin::redis {
namespace {

constexpr std::string_view kChannel = "__redis__:invalidate";
constexpr std::size_t kPayload = 2;  // of ["message", channel, payload]

}  // namespace

KeyWatch::KeyWatch(const RedisConfig& config, std::string_view prefix)
    : connection_(std::make_unique<Connection>(config)) {
  const std::string id = std::to_string(connection_->send({"CLIENT", "ID"}).integer);
  connection_->send({"CLIENT", "TRACKING", "ON", "REDIRECT", id, "BCAST", "PREFIX", prefix});
  connection_->send({"SUBSCRIBE", kChannel});
}

KeyWatch::~KeyWatch() = default;

Changes KeyWatch::read() {
  Changes changes;
  while (std::optional<Value> message = connection_->receive()) {
    if (message->array.size() <= kPayload) continue;
    const Value& payload = message->array[kPayload];
    if (payload.is_nil()) changes.everything = true;
    for (const Value& key : payload.array) changes.keys.push_back(key.text);
  }
  return changes;
}

}  // namespace scanlogin::redis
