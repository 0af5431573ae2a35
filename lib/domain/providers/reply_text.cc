#include "domain/providers/reply_text.h"

#include <algorithm>

#include "base/text.h"

namespace scanlogin {

std::string without_control(std::string text) {
  std::erase_if(text, is_control);
  return text;
}

bool is_visible_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string picture_url(const std::string& url) {
  const bool http = url.starts_with("https://") || url.starts_with("http://");
  const bool safe = url.find_first_of(" \"'<>\\`") == std::string::npos && !has_control(url);
  return http && safe ? url : std::string();
}

}  // namespace scanlogin
