#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace scanlogin::redis {

class Connection;
class Master;

// What has changed in Redis since one looked last.
struct Changes {
  bool everything = false;        // the database was emptied
  std::vector<std::string> keys;  // possibly one several times
};

// Is told by Redis of every key with a certain beginning that is written, deleted or expires:
// client-side caching in broadcasting mode (redis.io/docs/manual/client-side-caching), which
// Redis 6 has. One connection, subscribed to the redirected messages of its own tracking, so
// that there is no second one whose loss would go unnoticed. Private to lib/clients: watcher.h is
// what others use. Not thread-safe.
class KeyWatch {
 public:
  // Blocks until Redis watches. Throws Error(cache).
  KeyWatch(Master& master, std::string_view prefix);
  ~KeyWatch();

  // Takes what has arrived, without blocking. Throws Error(cache) once the connection is broken:
  // changes may have been missed then, and this watch is done.
  Changes read();

  // Whether all that Redis had to say when read() was called last has been read. A socket takes
  // only so much; what Redis keeps behind that is on its way still. Where a lot has come at once,
  // Redis is asked for a sign, and until that comes this is false.
  bool is_level() const noexcept { return unconfirmed_ <= kSurelyTaken; }

  // To be called about once a second: asks Redis for a sign of life, and throws Error(cache) when
  // there was none for 5 seconds. A connection that was cut silently says nothing by itself.
  void keep_alive();

  // Of the connection: it becomes readable when there may be changes.
  int fd() const noexcept;

  // A channel that nobody else is subscribed to: it tells which server this watch is at.
  const std::string& channel() const noexcept { return channel_; }

 private:
  using Clock = std::chrono::steady_clock;

  // Messages of Redis that a socket surely takes. A unix socket is full at some 270 of the
  // smallest, each of which costs it 768 bytes (net.core.wmem_default is 212,992).
  static constexpr std::size_t kSurelyTaken = 64;
  static constexpr std::size_t kSmallest = 512;  // bytes for which a longer one counts again

  const std::string channel_;
  std::unique_ptr<Connection> connection_;
  std::size_t unconfirmed_ = 0;  // messages since the last read() or sign that was level
  bool asked_ = false;           // for a sign
  Clock::time_point heard_;
};

// Whether the server that the address leads to now is the one that the watch with this channel is
// at. Connects anew; blocks. Throws Error(cache).
bool is_watched_there(Master& master, std::string_view channel);

}  // namespace scanlogin::redis
