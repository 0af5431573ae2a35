#include "clients/redis_key_watch.h"

#include "clients/redis_connection.h"

namespace scanlogin::redis {
namespace {

constexpr std::string_view kChannel = "__redis__:invalidate";
constexpr std::size_t kPayload = 2;  // of ["message", channel, payload]
constexpr std::chrono::seconds kSilence{5};
constexpr std::chrono::seconds kBetweenAttempts{1};

}  // namespace

KeyWatch::KeyWatch(const RedisConfig& config, std::string_view prefix)
    : connection_(std::make_unique<Connection>(config)), heard_(Clock::now()) {
  const std::string id = std::to_string(connection_->send({"CLIENT", "ID"}).integer);
  connection_->send({"CLIENT", "TRACKING", "ON", "REDIRECT", id, "BCAST", "PREFIX", prefix});
  connection_->send({"SUBSCRIBE", kChannel});
}

KeyWatch::~KeyWatch() = default;

Changes KeyWatch::read() {
  Changes changes;
  while (std::optional<Value> message = connection_->receive()) {
    heard_ = Clock::now();
    if (message->array.size() <= kPayload) continue;  // the answer to a PING
    const Value& payload = message->array[kPayload];
    if (payload.is_nil()) changes.everything = true;
    for (const Value& key : payload.array) changes.keys.push_back(key.text);
  }
  return changes;
}

void KeyWatch::keep_alive() {
  if (Clock::now() - heard_ > kSilence) throw Error(ErrorKind::cache, "Redis: the watch is silent");
  connection_->post({"PING"});
}

std::unique_ptr<KeyWatch> KeyWatchStarter::start() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || std::chrono::steady_clock::now() < next_attempt_) return nullptr;
  next_attempt_ = std::chrono::steady_clock::now() + kBetweenAttempts;
  try {
    auto watch = std::make_unique<KeyWatch>(config_, prefix_);
    refused_ = false;
    return watch;
  } catch (const ErrorReply& error) {
    if (!refused_) log_.warning("Redis refuses to be watched", {{"reason", error.what()}});
    refused_ = true;
  } catch (const Error&) {
    // Out of reach: whoever wanted the watch is about to find out, and to report it.
  }
  return nullptr;
}

}  // namespace scanlogin::redis
