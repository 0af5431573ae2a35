#include "clients/redis.h"

#include "base/crypto.h"
#include "clients/redis_connection.h"
#include "clients/redis_master.h"

namespace scanlogin::redis {
namespace {

// So long may a connection still lead to a server from which another one has taken over. Making one
// takes well under a millisecond.
constexpr std::chrono::seconds kLongestLife{2};
// Milliseconds that replicas have for what was written; less than a reply may take.
constexpr const char* kWaitLimit = "1000";

// By the script's SHA, with its source where the server does not know it.
Value run_at(Connection& connection, const ScriptCall& call) {
  try {
    return connection.send(call.by_sha());
  } catch (const ErrorReply& error) {
    if (!error.script_unknown()) throw;
  }
  return connection.send(call.with_source());
}

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

Client::Client(const RedisConfig& config, int connections, const Log& log)
    : in_cluster_(config.cluster),
      wait_replicas_(config.wait_replicas),
      master_(std::make_unique<Master>(config, log)),
      pool_(
          static_cast<std::size_t>(connections), ErrorKind::cache,
          [this] { return master_->connect(); }, kLongestLife) {}

Client::~Client() = default;

Value Client::command(const Arguments& arguments, Until until) {
  return attempt([&](Connection& connection) {
    Value value = connection.send(arguments);
    wait(connection, until);
    return value;
  });
}

void Client::commands(const std::vector<Arguments>& all) {
  attempt([&](Connection& connection) {
    connection.send_all(all);
    return Value();
  });
}

Value Client::command_or_nil(const Arguments& arguments) {
  try {
    return command(arguments);
  } catch (const ErrorReply& error) {
    if (!error.wrong_type()) throw;
    return {};
  }
}

Value Client::run(const Script& script, const Arguments& keys, const Arguments& arguments,
                  Until until) {
  const ScriptCall call(script, keys, arguments);
  return attempt([&](Connection& connection) {
    Value value = run_at(connection, call);
    wait(connection, until);
    return value;
  });
}

void Client::reconnect() { pool_.renew(); }

// WAIT is about what the same connection has written. Redis reads a command only after it has
// written out all that the ones before it caused: any command will do to see watchers told.
void Client::wait(Connection& connection, Until until) const {
  if (until == Until::answered) return;
  if (wait_replicas_ > 0) {
    const Value have = connection.send({"WAIT", std::to_string(wait_replicas_), kWaitLimit});
    if (have.integer < wait_replicas_) {
      throw Error(ErrorKind::cache, "Redis: " + std::to_string(have.integer) + " of " +
                                        std::to_string(wait_replicas_) +
                                        " replicas have what was written");
    }
  } else if (until == Until::settled) {
    connection.send({"PING"});
  }
  if (until == Until::settled) master_->wait_until_known();
}

Value Client::attempt(const Work& work) {
  for (;;) {
    const std::uint64_t moves = master_->moves();
    bool reused = false;
    try {
      auto lease = pool_.lend();
      reused = lease.reused();
      try {
        return work(*lease);
      } catch (const BrokenConnection&) {
        leave(lease);
        throw;
      } catch (const ErrorReply& error) {
        if (error.wrong_server()) leave(lease);
        throw;
      } catch (...) {  // what else was asked may still be answered on it
        lease.drop();
        throw;
      }
    } catch (const BrokenConnection& broken) {
      const bool idle_death = reused && broken.closed;
      if (!idle_death && master_->moves() == moves) throw;
    } catch (const ErrorReply& error) {
      if (!error.wrong_server()) throw;
      if (!reused && master_->moves() == moves) throw;
    }
  }
}

void Client::leave(Pool<Connection>::Lease& lease) {
  lease.drop();
  pool_.renew();
}

}  // namespace scanlogin::redis
