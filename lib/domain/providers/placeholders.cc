#include "domain/providers/placeholders.h"

#include <algorithm>

#include "base/text.h"

namespace scanlogin::oauth {
namespace {

constexpr std::size_t kLongestName = 32;

// The text before the next name in braces, and the name.
struct Part {
  std::string_view before;
  std::optional<std::string_view> name;  // none behind the last one
};

Part take_part(std::string_view& text) {
  const std::size_t open = std::min(text.find('{'), text.size());
  const std::size_t close = std::min(text.find('}', open), text.size());
  if (close == text.size()) {
    const Part last{text, std::nullopt};
    text = {};
    return last;
  }
  const Part part{text.substr(0, open), text.substr(open + 1, close - open - 1)};
  text.remove_prefix(close + 1);
  return part;
}

}  // namespace

bool is_value_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kLongestName && text[0] >= 'a' && text[0] <= 'z' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

std::optional<std::vector<std::string>> placeholders(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const Part part = take_part(text);
    if (part.before.find_first_of("{}") != std::string_view::npos) return std::nullopt;
    if (part.name && !is_value_name(*part.name)) return std::nullopt;
    if (part.name) names.emplace_back(*part.name);
  }
  return names;
}

std::string filled(std::string_view text, const Values& values) {
  std::string out;
  while (!text.empty()) {
    const Part part = take_part(text);
    out += part.before;
    const auto value = part.name ? values.find(*part.name) : values.end();
    if (value != values.end()) out += value->second;
  }
  return out;
}

}  // namespace scanlogin::oauth
