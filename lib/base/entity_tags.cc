#include "base/entity_tags.h"

#include <algorithm>
#include <array>
#include <optional>

namespace scanlogin {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

// What Apache's mod_deflate and mod_brotli, and Jetty, put behind a tag within its quotes.
std::string_view without_suffix(std::string_view tag) {
  constexpr std::array<std::string_view, 5> kSuffixes = {"--gzip", "-gzip", "-br", ";gzip", ";br"};
  for (const std::string_view suffix : kSuffixes) {
    if (tag.ends_with(suffix)) return tag.substr(0, tag.size() - suffix.size());
  }
  return tag;
}

// The first tag's text, taken off the front with the comma behind it; nothing between two commas.
// Within quotes a comma is part of the tag.
std::optional<std::string_view> take_tag(std::string_view& rest) {
  rest = trimmed(rest);
  if (rest.starts_with("W/")) rest.remove_prefix(2);
  std::optional<std::string_view> tag;
  if (rest.starts_with('"')) {
    tag = rest.substr(1, rest.find('"', 1) - 1);
    rest.remove_prefix(std::min(tag->size() + 2, rest.size()));
  }
  const std::string_view bare = rest.substr(0, rest.find(','));
  rest.remove_prefix(std::min(bare.size() + 1, rest.size()));
  if (!tag && !trimmed(bare).empty()) tag = trimmed(bare);
  return tag;
}

}  // namespace

EntityTags::EntityTags(std::string_view header) : any_(trimmed(header) == "*") {
  while (!header.empty()) {
    const std::optional<std::string_view> tag = take_tag(header);
    if (tag) names_.emplace_back(without_suffix(*tag));
  }
}

bool EntityTags::name(std::string_view version) const {
  return any_ || std::find(names_.begin(), names_.end(), version) != names_.end();
}

}  // namespace scanlogin
