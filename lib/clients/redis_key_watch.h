#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"

namespace scanlogin::redis {

class Connection;

// What has changed in Redis since one looked last.
struct Changes {
  bool everything = false;        // the database was emptied
  std::vector<std::string> keys;  // possibly one several times
};

// Is told by Redis of every key with a certain beginning that is written, deleted or expires:
// client-side caching in broadcasting mode (redis.io/docs/manual/client-side-caching), which
// Redis 6 has. One connection, subscribed to the redirected messages of its own tracking, so
// that there is no second one whose loss would go unnoticed. Not thread-safe.
//
// Redis may answer whoever writes a key just before it tells the watchers. A writer that lets a
// second command follow (Client::settle) before it says so to anyone has made sure that each
// watcher's socket holds the word.
class KeyWatch {
 public:
  // Blocks until Redis watches. Throws Error(cache).
  KeyWatch(const RedisConfig& config, std::string_view prefix);
  ~KeyWatch();

  // Takes what has arrived, without blocking. Throws Error(cache) once the connection is broken:
  // changes may have been missed then, and this watch is done.
  Changes read();

 private:
  std::unique_ptr<Connection> connection_;
};

}  // namespace scanlogin::redis
