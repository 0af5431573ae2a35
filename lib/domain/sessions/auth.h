#pragma once

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
  unauthentic,  // no token, or not one of ours
  expired,
  invalid,  // ours and in date, but not a user's present token
  banned,
};

// The denial as a front end shows it.
std::string_view message(Denial denial) noexcept;

// Says whose a token is. Thread-safe.
class Authenticator {
 public:
  // keys: Config::keys, which live as long as this.
  Authenticator(const KeyRing& keys, mysql::Client& mysql, redis::Client& redis)
      : keys_(keys), users_(mysql), sessions_(redis) {}

  // Whose token this is: checked in its form, signature and date, then that it is a good one in
  // Redis, then its user in MySQL. Throws Error(cache) and Error(database): a backend that is away
  // says nothing about a token.
  std::variant<User, Denial> authenticate(std::string_view token);

  // Its two halves: what the token itself says …
  std::variant<jwt::Claims, Denial> verify(std::string_view token) const;
  // … and what Redis and MySQL say of a token with these claims.
  std::variant<User, Denial> find_user(std::string_view token, const jwt::Claims& claims);

 private:
  const KeyRing& keys_;
  Users users_;
  Sessions sessions_;
};

}  // namespace scanlogin
