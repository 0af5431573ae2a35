// tokens FIRST LAST EVERY FILE: logs the users FIRST to LAST in, the quick way.
//
// Appends a token of each to FILE, a line each, and writes to standard output what redis-cli
// --pipe stores: their sessions, as a login leaves them, and of the user 1 and every EVERY-th from
// there also what check.lua wants. Signs with SECRET_KEY. bench.sh makes the rows of the same
// users.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/jwt.h"
#include "domain/sessions/sessions.h"
#include "domain/users/users.h"

using namespace scanlogin;

namespace {

constexpr std::chrono::days kLife{30};

// A command as Redis reads it (redis.io/docs/reference/protocol-spec).
void store(std::initializer_list<std::string_view> arguments) {
  std::string text = "*" + std::to_string(arguments.size()) + "\r\n";
  for (const std::string_view argument : arguments) {
    text += "$" + std::to_string(argument.size()) + "\r\n";
    text += argument;
    text += "\r\n";
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string seconds(jwt::Time time) { return std::to_string(time.time_since_epoch().count()); }

User user(std::int64_t id) {
  const std::string number = std::to_string(id);
  return {.id = id,
          .username = "bench-" + number,
          .nickname = "用户" + number,
          .avatar_url = "https://thirdwx.qlogo.cn/mmopen/vi_32/" + number + "/132",
          .gender = "",
          .phone_number = ""};
}

void store_session(std::int64_t id, std::string_view token, const std::string& exp,
                   const std::string& now) {
  const std::string key = std::string(Sessions::kKeyPrefix) + std::to_string(id);
  const std::string seen = "userSeen_{" + key + "}";
  const std::string field = sha256_hex(token);
  const std::string session = R"({"began":)" + now + R"(,"us":123456,"address":"127.0.0.1",)" +
                              R"("user_agent":"bench","provider":"wx","exp":)" + exp + "}";
  store({"HSET", key, field, session});
  store({"EXPIREAT", key, exp});
  store({"HSET", seen, field, now});
  store({"EXPIREAT", seen, exp});
}

void store_for_lua(std::int64_t id, std::string_view token) {
  const std::string number = std::to_string(id);
  store({"SET", "lua:session:" + number, token.substr(token.rfind('.') + 1)});
  const Json reply = Json::object().with("code", std::int64_t{200}).with("data", to_json(user(id)));
  store({"SET", "lua:profile:" + number, reply.text()});
}

}  // namespace

int main(int argc, char** argv) {
  const char* secret = std::getenv("SECRET_KEY");
  if (argc != 5 || secret == nullptr) {
    std::fputs("usage: SECRET_KEY=… tokens FIRST LAST EVERY FILE\n", stderr);
    return 2;
  }
  const KeyRing keys({secret});
  const std::int64_t last = std::atoll(argv[2]);
  const std::int64_t every = std::atoll(argv[3]);
  std::ofstream tokens(argv[4], std::ios::app);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  for (std::int64_t id = std::atoll(argv[1]); id <= last; ++id) {
    const jwt::Claims claims{id, user(id).username, now + kLife};
    const std::string token = jwt::sign(claims, keys);
    tokens << token << '\n';
    store_session(id, token, seconds(claims.exp), seconds(now));
    if ((id - 1) % every == 0) store_for_lua(id, token);
  }
  tokens.close();
  return tokens && std::fflush(stdout) == 0 ? 0 : 1;
}
