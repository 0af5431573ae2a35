#include "server/route.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::array<std::string_view, 4> kMethods = {"GET", "POST", "PATCH", "DELETE"};
constexpr std::size_t kSessionDigits = 32;

std::size_t place_of(std::string_view method) {
  const auto* const found = std::find(kMethods.begin(), kMethods.end(), method);
  return static_cast<std::size_t>(found - kMethods.begin());
}

std::string_view without_slash(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// Takes the slash at the front and what is up to the next one.
std::string_view take_part(std::string_view& path) {
  const std::string_view part = path.substr(0, path.find('/', 1));
  path.remove_prefix(part.size());
  return part.substr(1);
}

bool is_session(std::string_view part) {
  return part.size() == kSessionDigits && std::all_of(part.begin(), part.end(), is_hex_digit);
}

bool is_provider(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

void Methods::add(std::string_view method) { set_.set(place_of(method)); }

bool Methods::have(std::string_view method) const {
  const std::size_t place = place_of(method == "HEAD" ? kMethods.front() : method);
  return place < kMethods.size() && set_[place];
}

std::string Methods::text() const {
  std::string all;
  for (std::size_t place = 0; place < kMethods.size(); ++place) {
    if (!set_[place]) continue;
    if (!all.empty()) all += ", ";
    all += kMethods[place];
    if (place == 0) all += ", HEAD";
  }
  return all;
}

std::optional<PathMatch> match_path(std::string_view row, std::string_view path) {
  PathMatch match;
  if (row.empty()) return match;
  row = without_slash(row);
  path = without_slash(path);
  while (!row.empty() && !path.empty()) {
    if (path.front() != '/') return std::nullopt;
    const std::string_view wanted = take_part(row);
    const std::string_view part = take_part(path);
    if (wanted == "{id}") {
      match.id = whole_number(part).value_or(0);
      if (match.id < 1) return std::nullopt;
    } else if (wanted == "{session}") {
      if (!is_session(part)) return std::nullopt;
      match.session = part;
    } else if (wanted == "{provider}") {
      if (!is_provider(part)) return std::nullopt;
    } else if (wanted != part) {
      return std::nullopt;
    }
  }
  return row.empty() && path.empty() ? std::optional(match) : std::nullopt;
}

}  // namespace scanlogin
