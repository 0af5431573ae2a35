#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scanlogin {

// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.

// Bytes of the well-formed sequence that text begins with, 1 to 4; 0 if it is empty or begins
// with none.
std::size_t utf8_sequence(std::string_view text) noexcept;

bool utf8_valid(std::string_view text) noexcept;

// The text with every byte that is part of no well-formed sequence replaced by U+FFFD.
std::string utf8_scrub(std::string_view text);

// The longest beginning of well-formed text that has at most `characters` code points.
std::string_view utf8_cut(std::string_view text, std::size_t characters) noexcept;

}  // namespace scanlogin
