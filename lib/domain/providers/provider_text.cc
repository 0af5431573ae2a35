#include "domain/providers/provider_text.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

unsigned hex_value(std::string_view digits) {
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// Escapes of NUL and of half a surrogate pair name no character a text could hold. Somebody's
// nickname must not make the whole reply unreadable: U+FFFD stands in for them.
std::string without_impossible_escapes(std::string text) {
  constexpr std::size_t kEscape = 6;  // as in \u0041
  const auto unit_at = [&text](std::size_t at) {
    const bool escape = text.compare(at, 2, "\\u") == 0 && at + kEscape <= text.size();
    return escape ? hex_value(std::string_view(text).substr(at + 2, 4)) : 0xffffU;
  };
  for (std::size_t at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
    if (text.compare(at, 2, "\\u") != 0) {
      at += 2;
      continue;
    }
    const unsigned unit = unit_at(at);
    const bool high = unit >= 0xd800 && unit < 0xdc00;
    const unsigned next = high && at + kEscape < text.size() ? unit_at(at + kEscape) : 0;
    const bool pair = next >= 0xdc00 && next < 0xe000;
    if (unit == 0 || (unit >= 0xd800 && unit < 0xe000 && !pair))
      text.replace(at, kEscape, "\\ufffd");
    at += pair ? 2 * kEscape : kEscape;
  }
  return text;
}

}  // namespace

std::string without_control(std::string text) {
  std::erase_if(text, is_control);
  return text;
}

std::string readable(std::string_view body) {
  return without_impossible_escapes(without_control(utf8_scrub(body)));
}

bool is_visible_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_identifier(std::string_view text, std::size_t longest) noexcept {
  return text.size() <= longest && is_visible_ascii(text);
}

std::string picture_url(const std::string& url) {
  const bool http = url.starts_with("https://") || url.starts_with("http://");
  const bool safe =
      url.find_first_of(" \"'<>\\`") == std::string::npos && without_control(url) == url;
  return http && safe ? url : std::string();
}

}  // namespace scanlogin
