#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/jwt.h"
#include "clients/mysql.h"
#include "clients/redis.h"
#include "domain/sessions/sessions.h"
#include "domain/users/users.h"

namespace scanlogin {

// Why a request is not a logged-in user's.
enum class Denial {
  missing,     // it has no token
  malformed,   // the token is not one of ours
  unusable,    // nor is one that is signed otherwise, or names no user
  expired,     // it was ours, or nobody has used it for too long
  replaced,    // the session ended: by a login on another device
  logged_out,  // by the user
  revoked,     // by an admin, or by the user from another session
  disabled,    // the user is banned
  unknown,     // ours and in date, but nobody knows of its session
};

// The denial as a front end shows it.
std::string_view message(Denial denial) noexcept;
// And as a program tells it: `missing`, `malformed`, `expired`, `replaced`, `logged-out`,
// `revoked`, `disabled` or `unknown`.
std::string_view reason(Denial denial) noexcept;

// Says whose a token is. Thread-safe.
class Authenticator {
 public:
  // config lives as long as this.
  Authenticator(const Config& config, mysql::Client& mysql, redis::Client& redis)
      : keys_(config.keys), users_(mysql), sessions_(config, redis) {}

  // Whose token this is: checked in its form, signature and date, then that it is a good one in
  // Redis, then its user in MySQL. Throws Error(cache) and Error(database): a backend that is away
  // says nothing about a token.
  std::variant<User, Denial> authenticate(std::string_view token);

  // Its two halves: what the token itself says …
  std::variant<jwt::Claims, Denial> verify(std::string_view token) const;
  // … and what Redis and MySQL say of a token with these claims.
  std::variant<User, Denial> find_user(std::string_view token, const jwt::Claims& claims);
  // The same, by what Redis has said of the session, with a way of one's own to get at the user.
  using ReadUser = std::function<std::optional<User>()>;
  static std::variant<User, Denial> find_user(const Sessions::Use& use, const ReadUser& read);

 private:
  const KeyRing& keys_;
  Users users_;
  Sessions sessions_;
};

}  // namespace scanlogin
