#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/jwt.h"
#include "clients/redis.h"
#include "domain/audit/actor.h"

namespace scanlogin {

// Which tokens are good, in Redis: userToken_<id> is a hash from the SHA-256 of each good token
// of that user (the token itself is kept nowhere) to a JSON text saying when and where its
// session began. All methods throw Error(cache).
//
// Every write is settled (redis::Client::settle) before the method returns: no process answers
// from a cache made before it.
class Sessions {
 public:
  // Of the keys; the user's id follows.
  static constexpr std::string_view kKeyPrefix = "userToken_";

  explicit Sessions(redis::Client& redis) : redis_(redis) {}

  // Makes this token the user's only one: whoever was logged in on another device no longer is.
  // It stays good until exp.
  void begin(std::int64_t user, std::string_view token, jwt::Time exp, const Origin& origin);
  bool is_good(std::int64_t user, std::string_view token);
  // The user's sessions, {"began":time,"address","user_agent"} each.
  std::vector<Json> list(std::int64_t user);
  // Ends all of the user's sessions.
  void end_all(std::int64_t user);
  // Has everybody forget what was remembered of the user: something but the sessions has changed.
  void touch(std::int64_t user);
  // Ends this token's session and no other: a login that came after it stands.
  void end(std::int64_t user, std::string_view token);

 private:
  redis::Client& redis_;
};

}  // namespace scanlogin
