#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/key_ring.h"

namespace scanlogin::jwt {

using Time = std::chrono::sys_seconds;

// What a login token says (RFC 7519 section 4).
struct Claims {
  std::int64_t id = 0;   // the user's
  std::string username;  // may be absent in a token made elsewhere: empty then
  Time exp;
};

// Why a token is not good, in the order of the checks.
enum class Fault {
  malformed,  // not three parts of canonical base64url, or header or payload not a JSON object,
              // or `exp` not a number; and a signature that no key with the header's `alg` and
              // `kid` made
  expired,    // signed by us, `exp` reached
  invalid,    // an `alg` that no key here has, or none; or a `crit`, since nothing that it could
              // ask for is known here (RFC 7515 section 4.1.11); or signed and in date without a
              // usable id
};

// A signed token (RFC 7515): the header {"typ":"jwt_","alg","kid"} as the ring's signing key has
// them, and the claims and a random `jti`, so that no two tokens are ever the same.
std::string sign(const Claims& claims, const KeyRing& keys);

// A token that sign() made, less its signature: worth nothing to whoever reads it.
std::string_view without_signature(std::string_view token) noexcept;
// The tokens that the ring's keys make of such a text, each key that may have signed it: among
// them is the token that it was, if that key is still there and signs.
std::vector<std::string> with_signatures(std::string_view signed_text, const KeyRing& keys);

// The claims of a token that a key of the ring signed and that is good at `now`. A token over
// 8,192 bytes is malformed unread.
std::variant<Claims, Fault> verify(std::string_view token, const KeyRing& keys, Time now);

}  // namespace scanlogin::jwt
