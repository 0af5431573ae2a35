#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/error.h"
#include "base/log.h"
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
  // master. It says nothing about the command, which was not run; another server may take it. A
  // WAIT is the exception: if its master became a replica meanwhile, what was written before stands
  // there.
  bool wrong_server() const;

 private:
  bool has_code(std::string_view code) const;
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
class Master;

// What has to be true before a write counts. Where it does not come true within a second,
// Error(cache) is thrown; the write stands then all the same.
enum class Until {
  answered,  // Redis has said so
  kept,      // with REDIS_WAIT_REPLICAS, so many replicas have it: a failover does not lose it
  settled,   // that, and every watcher of the key (redis_watcher.h) can see it
};

// Redis, from any thread: a pool of blocking connections, made when first needed. Connecting may
// take 1 second, a reply 2. A command goes out by argument vector, never through a format string.
//
// A command that meets a connection which died while idle is sent once more on a new one; it may
// then have run twice, so every command sent through here has to bear that. The same is done where
// the server at its end is no longer the one to ask, because another has taken over: a connection
// is used for 2 seconds at the most, and where Sentinels name another master, not that long. All
// methods throw Error(cache) when Redis is out of reach, too slow, or answers with an error.
class Client {
 public:
  Client(const RedisConfig& config, int connections, const Log& log);
  ~Client();

  Value command(const Arguments& arguments, Until until = Until::answered);
  // Several, in one round trip; what they reply does not matter. Throws where one fails.
  void commands(const std::vector<Arguments>& all);
  // As command(), and nil where the key holds another type than the command is for: what is there
  // is none of ours, whatever its name.
  Value command_or_nil(const Arguments& arguments);
  // Runs a script by its SHA, sending the source along only when Redis does not know it.
  Value run(const Script& script, const Arguments& keys, const Arguments& arguments,
            Until until = Until::answered);
  // Leaves the server: what is sent from now on goes where the address leads by now.
  void reconnect();

  // REDIS_CLUSTER: whether keys that a command or a script names have to share a hash tag.
  bool in_cluster() const noexcept { return in_cluster_; }

  // For lib/clients.
  Master& master() noexcept { return *master_; }

 private:
  using Work = std::function<Value(Connection&)>;
  Value attempt(const Work& work);
  void leave(Pool<Connection>::Lease& lease);
  void wait(Connection& connection, Until until) const;

  const bool in_cluster_;
  const int wait_replicas_;
  std::unique_ptr<Master> master_;
  Pool<Connection> pool_;
};

}  // namespace scanlogin::redis
