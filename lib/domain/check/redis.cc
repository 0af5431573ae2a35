#include "domain/check/redis.h"

#include <string>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "domain/check/clock.h"

namespace scanlogin::check {
namespace {

constexpr std::int64_t kOldest = 6;

// The clients' own remarks are for a log; what matters is in the table.
Log silent() { return Log("scanlogin-admin", LogLevel::error); }

const char* advice_on(const RedisConfig& config, std::string_view error) {
  if (error.find("WRONGPASS") != error.npos || error.find("NOAUTH") != error.npos ||
      error.find("invalid password") != error.npos || error.find("AUTH") != error.npos) {
    return "check REDIS_USER and REDIS_PASSWORD; the user's line is in redis/scanlogin-user.conf";
  }
  if (error.find("NOPERM") != error.npos) {
    return "give the user the rights of redis/scanlogin-user.conf";
  }
  if (!config.sentinels.empty()) return "check REDIS_SENTINELS and REDIS_MASTER_NAME";
  return "check that Redis runs, REDIS_HOST, REDIS_PORT or REDIS_SOCKET, REDIS_TLS, and the "
         "firewall";
}

// Of HELLO's reply, names and values in turn.
std::string field(const redis::Value& reply, std::string_view name) {
  for (std::size_t i = 0; i + 1 < reply.array.size(); i += 2) {
    if (reply.array[i].text == name) return reply.array[i + 1].text;
  }
  return "";
}

// HELLO is Redis 6's, and forbidden to nobody; a proxy may not know it.
Finding server(redis::Client& client, const std::string& what) {
  redis::Value hello;
  try {
    hello = client.command({"HELLO", "2"});
  } catch (const redis::ErrorReply& error) {
    return {.what = what,
            .state = State::warning,
            .detail = std::string("it does not say what it is: ") + error.what(),
            .advice = "see that it is Redis 6 or later"};
  }
  const std::string version = field(hello, "version");
  const std::string role = field(hello, "role");
  const std::string detail = field(hello, "server") + " " + version + ", " + role;
  if (!is_new_enough(version)) {
    return {.what = what,
            .state = State::fault,
            .detail = detail,
            .advice = "scanlogin needs Redis 6 or later"};
  }
  if (role != "master") {
    return {
        .what = what,
        .state = State::fault,
        .detail = detail,
        .advice = "it takes no writes: have REDIS_HOST lead to the master, or use REDIS_SENTINELS"};
  }
  return {.what = what, .detail = detail};
}

Finding clock(redis::Client& client) {
  const std::int64_t asked = milliseconds_now();
  try {
    const redis::Value time = client.command({"TIME"});
    const std::int64_t answered = milliseconds_now();
    if (time.array.size() != 2) throw Error(ErrorKind::cache, "TIME's reply is none");
    const std::int64_t theirs = whole_number(time.array[0].text).value_or(0) * 1000 +
                                whole_number(time.array[1].text).value_or(0) / 1000;
    return compare_clocks("redis clock", theirs, asked, answered, 1);
  } catch (const Error& error) {
    return {.what = "redis clock", .state = State::unknown, .detail = error.what()};
  }
}

Finding sentinel(const RedisConfig& config, const ServerAddress& address) {
  const std::string what = "sentinel " + to_text(address);
  RedisConfig one = config;
  one.address = address;
  one.sentinels.clear();
  one.user.clear();
  one.password = config.sentinel_password;
  one.db = 0;
  one.wait_replicas = 0;
  try {
    redis::Client client(one, 1, silent());
    const auto named = client.command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", config.master_name});
    if (named.array.size() != 2) {
      return {.what = what,
              .state = State::fault,
              .detail = "it knows no master " + config.master_name,
              .advice = "check REDIS_MASTER_NAME"};
    }
    return {.what = what,
            .detail = "the master is " + named.array[0].text + ":" + named.array[1].text};
  } catch (const Error& error) {
    return {.what = what,
            .state = State::warning,
            .detail = error.what(),
            .advice = "check that it runs, and REDIS_SENTINEL_PASSWORD"};
  }
}

}  // namespace

bool is_new_enough(std::string_view version) {
  return whole_number(version.substr(0, version.find('.'))).value_or(0) >= kOldest;
}

Findings check_redis(const RedisConfig& config) {
  Findings found;
  for (const ServerAddress& address : config.sentinels) {
    found.push_back(sentinel(config, address));
  }
  const std::string what = "redis " + to_text(config);
  redis::Client client(config, 1, silent());
  try {
    client.command({"PING"});
    found.push_back(server(client, what));
  } catch (const Error& error) {
    found.push_back({.what = what,
                     .state = State::fault,
                     .detail = error.what(),
                     .advice = advice_on(config, error.what())});
    for (const char* rest : {"redis clock", "redis rights", "redis watch", "redis memory"}) {
      found.push_back(
          {.what = rest, .state = State::unknown, .detail = "Redis could not be asked"});
    }
    return found;
  }
  found.push_back(clock(client));
  append(found, check_redis_rights(config, client));
  append(found, check_redis_keeping(client));
  return found;
}

}  // namespace scanlogin::check
