#include "clients/redis_key_watch.h"

#include <utility>

#include "base/crypto.h"
#include "clients/redis_connection.h"
#include "clients/redis_master.h"

namespace scanlogin::redis {
namespace {

constexpr std::string_view kInvalidations = "__redis__:invalidate";
constexpr std::string_view kOwnChannels = "scanlogin:watch:";
constexpr std::size_t kChannelBytes = 8;
constexpr std::string_view kSign = "level";
constexpr std::size_t kPayload = 2;  // of ["message", channel, payload]
constexpr std::chrono::seconds kSilence{5};

bool has_subscriber(Connection& connection, std::string_view channel) {
  const Value reply = connection.send({"PUBSUB", "NUMSUB", channel});
  return reply.array.size() == 2 && reply.array[1].integer > 0;
}

// A proxy closes the connection where it does not know a command.
std::string own_id(Connection& connection) {
  try {
    return std::to_string(connection.send({"CLIENT", "ID"}).integer);
  } catch (const BrokenConnection& broken) {
    if (!broken.closed) throw;
    throw ErrorReply("it closes the connection at CLIENT ID");
  }
}

}  // namespace

KeyWatch::KeyWatch(Master& master, std::string_view prefix)
    : channel_(std::string(kOwnChannels) + random_hex(kChannelBytes)),
      connection_(master.connect()),
      heard_(Clock::now()) {
  connection_->send({"PING"});
  const std::string id = own_id(*connection_);
  connection_->send({"CLIENT", "TRACKING", "ON", "REDIRECT", id, "BCAST", "PREFIX", prefix});
  has_subscriber(*connection_, channel_);  // a Redis that does not let us ask cannot be watched
  connection_->send({"SUBSCRIBE", channel_});
  connection_->send({"SUBSCRIBE", kInvalidations});
}

KeyWatch::~KeyWatch() = default;

int KeyWatch::fd() const noexcept { return connection_->fd(); }

Changes KeyWatch::read() {
  Changes changes;
  std::size_t before = is_level() ? 0 : unconfirmed_;  // by earlier calls
  std::size_t taken = 0;
  while (std::optional<Value> message = connection_->receive()) {
    heard_ = Clock::now();
    if (message->array.size() <= kPayload) {  // the answer to a PING
      if (!message->array.empty() && message->array.back().text == kSign) {
        before = 0;
        asked_ = false;
      }
      continue;
    }
    ++taken;
    if (message->array[1].text != kInvalidations) continue;
    const Value& payload = message->array[kPayload];
    if (payload.is_nil()) changes.everything = true;
    std::size_t bytes = 0;
    for (const Value& key : payload.array) {
      bytes += key.text.size();
      changes.keys.push_back(key.text);
    }
    taken += bytes / kSmallest;
  }
  // What has come in this call may have filled the socket, before the sign or behind it. A message
  // of which a part is missing is not the last one.
  unconfirmed_ = before + taken + (connection_->has_part() ? kSurelyTaken + 1 : 0);
  // The sign comes behind whatever Redis has kept.
  if (!is_level() && !std::exchange(asked_, true)) connection_->post({"PING", kSign});
  return changes;
}

void KeyWatch::keep_alive() {
  if (Clock::now() - heard_ > kSilence) throw Error(ErrorKind::cache, "Redis: the watch is silent");
  connection_->post({"PING"});
}

bool is_watched_there(Master& master, std::string_view channel) {
  return has_subscriber(*master.connect(), channel);
}

}  // namespace scanlogin::redis
