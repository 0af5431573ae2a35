#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scanlogin {

// All of this is about ASCII alone, whatever the locale; a byte of any other character is no
// letter, digit or control character.

constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string ascii_lower(std::string_view text);
std::string ascii_upper(std::string_view text);

constexpr bool is_letter(char c) noexcept { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }
constexpr bool is_letter_or_digit(char c) noexcept {
  return is_letter(c) || (c >= '0' && c <= '9');
}
// A digit of a number in hex, as base/crypto.h writes it: 0–9 and a–f.
constexpr bool is_hex_digit(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}
// A control character: below U+0020, or U+007F.
bool is_control(char c) noexcept;
bool has_control(std::string_view text) noexcept;

// UTF-8, with each control character as JSON may escape it: a terminal obeys those of Unicode's
// second set, U+0080 to U+009F, as well.
std::string visible(std::string_view text);

// The parts of a text between any of the separators, without those that are empty.
std::vector<std::string_view> split(std::string_view text, std::string_view separators);

// The whole number that the text is, in decimal digits with a '-' before them at most; nothing for
// all else, and for one that 64 bits do not hold.
std::optional<std::int64_t> whole_number(std::string_view text) noexcept;

}  // namespace scanlogin
