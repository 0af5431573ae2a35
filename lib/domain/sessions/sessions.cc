#include "domain/sessions/sessions.h"

#include <chrono>

#include "base/crypto.h"
#include "base/json.h"
#include "base/timestamp.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestOriginField = 256;  // characters; a browser may send any length

const redis::Script& begin_script() {
  static const redis::Script script(R"(
    redis.call('DEL', KEYS[1])
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('EXPIREAT', KEYS[1], ARGV[3])
    return 1)");
  return script;
}

// A life set anew counts as a change of the key, for those who watch it.
const redis::Script& touch_script() {
  static const redis::Script script(R"(
    local life = redis.call('PTTL', KEYS[1])
    if life > 0 then redis.call('PEXPIRE', KEYS[1], life) end
    return 1)");
  return script;
}

std::string key(std::int64_t user) {
  return std::string(Sessions::kKeyPrefix) + std::to_string(user);
}

std::string describe(const Origin& origin) {
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto cut = [](const std::string& text) {
    return std::string(utf8_cut(utf8_scrub(text), kLongestOriginField));
  };
  return Json::object()
      .with("began", std::int64_t{now.time_since_epoch().count()})
      .with("address", cut(origin.address))
      .with("user_agent", cut(origin.user_agent))
      .text();
}

}  // namespace

void Sessions::begin(std::int64_t user, std::string_view token, jwt::Time exp,
                     const Origin& origin) {
  const std::string until = std::to_string(exp.time_since_epoch().count());
  redis_.run(begin_script(), {key(user)}, {sha256_hex(token), describe(origin), until});
  redis_.settle();
}

bool Sessions::is_good(std::int64_t user, std::string_view token) {
  return redis_.command_or_nil({"HEXISTS", key(user), sha256_hex(token)}).integer == 1;
}

std::vector<Json> Sessions::list(std::int64_t user) {
  std::vector<Json> sessions;
  for (const redis::Value& value : redis_.command_or_nil({"HVALS", key(user)}).array) {
    const std::optional<Json> session = Json::parse(value.text);
    if (!session) continue;
    sessions.push_back(Json::object()
                           .with("began", json_time(session->integer("began").value_or(0)))
                           .with("address", session->string("address").value_or(""))
                           .with("user_agent", session->string("user_agent").value_or("")));
  }
  return sessions;
}

void Sessions::end_all(std::int64_t user) {
  redis_.command({"DEL", key(user)});
  redis_.settle();
}

void Sessions::touch(std::int64_t user) {
  redis_.run(touch_script(), {key(user)}, {});
  redis_.settle();
}

void Sessions::end(std::int64_t user, std::string_view token) {
  redis_.command_or_nil({"HDEL", key(user), sha256_hex(token)});
  redis_.settle();
}

}  // namespace scanlogin
