#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/error.h"
#include "clients/pool.h"

struct redisContext;

namespace scanlogin::redis {

// A reply of Redis; an error reply is thrown instead.
struct Value {
  enum class Type { nil, integer, text, array };
  Type type = Type::nil;
  std::int64_t integer = 0;
  std::string text;  // binary-safe; also a status, "OK"
  std::vector<Value> array;

  bool is_nil() const noexcept { return type == Type::nil; }
};

using Arguments = std::vector<std::string_view>;

// A Lua script and the SHA-1 that EVALSHA names it by.
class Script {
 public:
  explicit Script(std::string source);
  const std::string& source() const noexcept { return source_; }
  const std::string& sha() const noexcept { return sha_; }

 private:
  std::string source_;
  std::string sha_;
};

// A run of a script, as EVALSHA asks for it, and as EVAL does. Views what it is made of.
class ScriptCall {
 public:
  ScriptCall(const Script& script, const Arguments& keys, const Arguments& arguments);
  ScriptCall(const ScriptCall&) = delete;
  ScriptCall& operator=(const ScriptCall&) = delete;

  const Arguments& by_sha() const noexcept { return by_sha_; }
  Arguments with_source() const;

 private:
  const Script& script_;
  const std::string key_count_;
  Arguments by_sha_;
};

class Connection;

// Redis, from any thread: a pool of blocking connections, made when first needed. Connecting may
// take 1 second, a reply 2. A command goes out by argument vector, never through a format string.
//
// A command that meets a connection which died while idle is sent once more on a new one; it may
// then have run twice, so every command sent through here has to bear that. The same is done where
// the server at its end is no longer the one to ask, because another has taken over: a connection
// is used for 2 seconds at the most. All methods throw Error(cache) when Redis is out of reach, too
// slow, or answers with an error.
class Client {
 public:
  Client(const RedisConfig& config, int connections);
  ~Client();

  Value command(const Arguments& arguments);
  // The same, and nil where the key holds another type than the command is for: what is there is
  // none of ours, whatever its name.
  Value command_or_nil(const Arguments& arguments);
  // Runs a script by its SHA, sending the source along only when Redis does not know it.
  Value run(const Script& script, const Arguments& keys, const Arguments& arguments);
  // Leaves the server: what is sent from now on goes where the address leads by now.
  void reconnect();
  // Returns when every watcher of keys (redis_watcher.h) can see what was written before.
  void settle();

 private:
  Value send(const Arguments& arguments);

  Pool<Connection> pool_;
};

}  // namespace scanlogin::redis
