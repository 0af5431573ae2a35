#include <string>
#include <vector>

#include "base/log.h"
#include "domain/check/redis.h"

namespace scanlogin::check {
namespace {

constexpr std::string_view kKey = "userToken_check";  // of no user

// What the programs send, in a form that changes nothing: of a key that is not there, or with an
// argument too many, which Redis finds only after it has looked at rights.
const std::vector<redis::Arguments>& needed() {
  static const std::vector<redis::Arguments> all = {
      {"TYPE", kKey},
      {"EXISTS", kKey},
      {"GET", kKey},
      {"SET", kKey, "", "XX"},
      {"DEL", kKey},
      {"EXPIRE", kKey, "1"},
      {"EXPIREAT", kKey, "4102444800"},
      {"PEXPIRE", kKey, "1"},
      {"PERSIST", kKey},
      {"TTL", kKey},
      {"PTTL", kKey},
      {"HGET", kKey, "f"},
      {"HSET", kKey, "f", "v", "f"},
      {"HDEL", kKey, "f"},
      {"HLEN", kKey},
      {"HKEYS", kKey},
      {"HGETALL", kKey},
      {"HEXISTS", kKey, "f"},
      {"TIME"},
      {"EVAL", "return 1", "1", kKey},
      {"EVALSHA", "0000000000000000000000000000000000000000", "1", kKey},
  };
  return all;
}

// What the keys of redis/scanlogin-user.conf begin with.
constexpr std::string_view kPrefixes[] = {
    "userToken_",    "userSeen_",    "userEnded_",     "userProfile_",   "WeixinCodeMap:",
    "WeixinClaim:",  "WeixinGrant:", "WeixinLogin:",   "WeixinStart:",   "WeixinLink:",
    "OAuthCodeMap:", "OAuthClaim:",  "OAuthGrant:",    "OAuthLogin:",    "OAuthStart:",
    "OAuthLink:",    "AppToken:",    "AppTokenFetch:", "AppTokenFailed:"};

// Commands that were refused, for people to read.
class Refusals {
 public:
  // Tries a command; `name`: what it is called where it is refused.
  void add(redis::Client& client, const redis::Arguments& arguments, const std::string& name) {
    const std::string why = refusal(client, arguments);
    if (why.empty()) return;
    text_ += (text_.empty() ? "" : ", ") + name;
    if (why == kDenied) return;
    text_ += " (" + why + ")";
    all_denied_ = false;
  }
  void add(redis::Client& client, const redis::Arguments& arguments) {
    std::string name(arguments[0]);
    if (name == "CLIENT" || name == "PUBSUB") name += " " + std::string(arguments[1]);
    add(client, arguments, name);
  }

  bool none() const noexcept { return text_.empty(); }
  Finding finding(const char* what, State state, const std::string& meaning = "") const {
    return {.what = what,
            .state = state,
            .detail = "REDIS_USER is refused " + text_ + meaning,
            .advice = all_denied_ ? "give the user the rights of redis/scanlogin-user.conf"
                                  : "see to what Redis says: its memory or disk is full, or it has "
                                    "the command under no such name"};
  }

 private:
  static constexpr std::string_view kFrom = "Redis: ";
  static constexpr std::string_view kDenied = "NOPERM";

  // What it says to a command that it does not carry out; empty where it would.
  static std::string refusal(redis::Client& client, const redis::Arguments& arguments) {
    try {
      client.command(arguments);
      return "";
    } catch (const redis::ErrorReply& error) {
      const std::string_view text = std::string_view(error.what()).substr(kFrom.size());
      if (text.starts_with(kDenied)) return std::string(kDenied);
      const bool done = text.starts_with("NOSCRIPT") || text.starts_with("ERR wrong number") ||
                        error.wrong_type();
      return done ? "" : std::string(text);
    }
  }

  std::string text_;
  bool all_denied_ = true;
};

Finding rights(const RedisConfig& config, redis::Client& client) {
  Refusals refused;
  for (const redis::Arguments& arguments : needed()) refused.add(client, arguments);
  if (config.wait_replicas > 0) refused.add(client, {"WAIT", "0", "1"});
  if (!refused.none()) return refused.finding("redis rights", State::fault);
  for (const std::string_view prefix : kPrefixes) {
    const std::string key = std::string(prefix) + "check";
    refused.add(client, {"EXISTS", key}, "the keys " + std::string(prefix) + "*");
  }
  if (!refused.none()) return refused.finding("redis rights", State::fault);
  return {.what = "redis rights", .detail = "as in redis/scanlogin-user.conf"};
}

// A connection that has subscribed takes no other command: that one is of its own.
Finding watch(const RedisConfig& config, redis::Client& client) {
  Refusals refused;
  refused.add(client, {"CLIENT", "ID"});
  refused.add(client, {"CLIENT", "TRACKING", "OFF"});
  refused.add(client, {"PUBSUB", "NUMSUB", "scanlogin:watch:check"});
  for (const std::string_view channel : {"scanlogin:watch:check", "__redis__:invalidate"}) {
    redis::Client subscriber(config, 1, Log("scanlogin-admin", LogLevel::error));
    refused.add(subscriber, {"SUBSCRIBE", channel}, "SUBSCRIBE " + std::string(channel));
  }
  if (refused.none()) return {.what = "redis watch", .detail = "changes are heard of"};
  return refused.finding("redis watch", State::warning,
                         ": nothing is remembered, each request asks Redis");
}

Finding scan(redis::Client& client) {
  Refusals refused;
  refused.add(client, {"SCAN", "0", "COUNT", "1"});
  if (refused.none()) return {.what = "redis scan", .detail = "allowed"};
  return refused.finding("redis scan", State::warning, ": each poll asks Redis");
}

}  // namespace

Findings check_redis_rights(const RedisConfig& config, redis::Client& client) {
  const auto tried = [&](const char* what, const auto& check) -> Finding {
    try {
      return check();
    } catch (const Error& error) {
      return {.what = what, .state = State::fault, .detail = error.what()};
    }
  };
  return {tried("redis rights", [&] { return rights(config, client); }),
          tried("redis watch", [&] { return watch(config, client); }),
          tried("redis scan", [&] { return scan(client); })};
}

}  // namespace scanlogin::check
