#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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
              // or `exp` not a number; and a signature that does not verify
  expired,    // signed by us, `exp` reached
  invalid,    // an `alg` other than HS256, or none; or signed and in date without a usable id
};

// A signed token: HS256 (RFC 7515 appendix A.1) with the header {"typ":"jwt_","alg":"HS256"} and
// the claims and a random `jti`, so that no two tokens are ever the same.
std::string sign(const Claims& claims, std::string_view key);

// A token that sign() made, less its signature: worth nothing to whoever reads it. add_signature()
// with the same key makes the same token of it again.
std::string_view without_signature(std::string_view token) noexcept;
std::string add_signature(std::string_view signed_text, std::string_view key);

// The claims of a token that any of the keys signed and that is good at `now`. The algorithm is
// never taken from the token. A token over 8,192 bytes is malformed unread.
std::variant<Claims, Fault> verify(std::string_view token, const std::vector<std::string>& keys,
                                   Time now);

}  // namespace scanlogin::jwt
