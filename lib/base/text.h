#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scanlogin {

// Of ASCII; no byte of a character beyond it is one.
bool is_letter_or_digit(char c) noexcept;
// A control character of ASCII: below U+0020, or U+007F.
bool is_control(char c) noexcept;
bool has_control(std::string_view text) noexcept;

// The whole number that the text is, in decimal digits with a '-' before them at most; nothing for
// all else, and for one that 64 bits do not hold.
std::optional<std::int64_t> whole_number(std::string_view text) noexcept;

}  // namespace scanlogin
