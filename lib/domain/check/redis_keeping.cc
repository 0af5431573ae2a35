#include <map>
#include <optional>
#include <string>

#include "base/text.h"
#include "domain/check/redis.h"

namespace scanlogin::check {
namespace {

using Fields = std::map<std::string, std::string>;

// "name:value" lines. Nothing where the user may not ask.
std::optional<Fields> info(redis::Client& client, std::string_view section) {
  try {
    const redis::Value reply = client.command({"INFO", section});
    Fields fields;
    for (const std::string_view line : split(reply.text, "\r\n")) {
      const std::size_t colon = line.find(':');
      if (colon != line.npos) fields.emplace(line.substr(0, colon), line.substr(colon + 1));
    }
    return fields;
  } catch (const Error&) {
    return std::nullopt;
  }
}

Finding forbidden(const char* what, const char* advice) {
  return {.what = what,
          .state = State::unknown,
          .detail = "REDIS_USER may not ask (INFO), nor has it to",
          .advice = advice};
}

Finding memory(redis::Client& client) {
  const auto fields = info(client, "memory");
  if (!fields || !fields->contains("maxmemory_policy")) {
    return forbidden("redis memory",
                     "look yourself: redis-cli CONFIG GET maxmemory-policy should say noeviction");
  }
  const std::string policy = fields->at("maxmemory_policy");
  const auto limit = fields->find("maxmemory");
  const bool limited = limit != fields->end() && limit->second != "0";
  if (policy == "noeviction" || !limited) {
    return {.what = "redis memory", .detail = limited ? policy : "no maxmemory"};
  }
  return {.what = "redis memory",
          .state = State::warning,
          .detail = "maxmemory-policy " + policy + ": people are logged out when it is full",
          .advice = "maxmemory-policy noeviction in redis.conf, and memory enough"};
}

Finding persistence(redis::Client& client) {
  const auto fields = info(client, "persistence");
  if (!fields || !fields->contains("aof_enabled")) {
    return forbidden("redis persistence",
                     "look yourself: redis-cli CONFIG GET appendonly should say yes");
  }
  if (fields->at("aof_enabled") == "1") {
    return {.what = "redis persistence", .detail = "appendonly"};
  }
  return {
      .what = "redis persistence",
      .state = State::warning,
      .detail =
          "no append-only file: a crash may log people out, and bring back tokens that had ended",
      .advice = "appendonly yes in redis.conf"};
}

}  // namespace

Findings check_redis_keeping(redis::Client& client) {
  return {memory(client), persistence(client)};
}

}  // namespace scanlogin::check
