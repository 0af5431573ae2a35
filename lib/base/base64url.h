#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scanlogin {

// base64url without padding, as JWTs use it (RFC 4648 section 5, RFC 7515 section 2).

std::string base64url_encode(std::string_view bytes);

// Nothing unless text is what base64url_encode makes of some bytes: padding, white space, the
// other base64 alphabet, an impossible length and stray last bits are all refused, so that one
// token has one spelling.
std::optional<std::string> base64url_decode(std::string_view text);

// base64 with padding, in the alphabet with + and / (RFC 4648 section 4).
std::string base64_encode(std::string_view bytes);

}  // namespace scanlogin
