#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/jwt.h"

namespace scanlogin::jwt {

// What verify says, in words: "7 user_7 until 1700003600", or the fault's name.
inline std::string outcome(std::string_view token, const KeyRing& keys, Time now) {
  const std::variant<Claims, Fault> result = verify(token, keys, now);
  if (const Claims* good = std::get_if<Claims>(&result)) {
    return std::to_string(good->id) + " " + good->username + " until " +
           std::to_string(good->exp.time_since_epoch().count());
  }
  switch (std::get<Fault>(result)) {
    case Fault::malformed:
      return "malformed";
    case Fault::expired:
      return "expired";
    case Fault::invalid:
      return "invalid";
  }
  return "no such fault";
}
inline std::string outcome(std::string_view token, std::vector<std::string> secrets, Time now) {
  return outcome(token, KeyRing(std::move(secrets)), now);
}

}  // namespace scanlogin::jwt
