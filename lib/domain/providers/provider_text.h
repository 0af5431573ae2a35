#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scanlogin {

// What the replies of all providers have in common.

constexpr std::size_t kLongestIdentity = 200;  // characters of user_oauth.oauth_id

// The text without its control characters (base/text.h).
std::string without_control(std::string text);

// The body of a JSON reply as base/json.h can read it: bytes that are not UTF-8 are replaced, raw
// control characters dropped, and escapes of NUL and of half a surrogate pair become U+FFFD. One
// odd nickname would make the whole reply unreadable otherwise.
std::string readable(std::string_view body);

// Characters from U+0021 to U+007E alone. Of the empty text it is true.
bool is_visible_ascii(std::string_view text) noexcept;

// Whether a text can be an id, a token or a code of a provider: visible ASCII, and not longer than
// `longest` bytes. It may be empty.
bool is_identifier(std::string_view text, std::size_t longest) noexcept;

// The URL, if a page may use it as a picture's address: http or https, no line end, no quote and
// no markup. Else empty.
std::string picture_url(const std::string& url);

}  // namespace scanlogin
