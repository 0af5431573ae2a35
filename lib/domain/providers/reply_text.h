#pragma once

#include <string>
#include <string_view>

namespace scanlogin {

// What a provider's reply may have for a text, whichever provider it is.

// Without control characters: a nickname is one line.
std::string without_control(std::string text);

// Characters from U+0021 to U+007E alone. Of the empty text it is true.
bool is_visible_ascii(std::string_view text) noexcept;

// Only what a page may use as a picture's address, http or https: never javascript:, markup or a
// line end. Empty for any other text.
std::string picture_url(const std::string& url);

}  // namespace scanlogin
