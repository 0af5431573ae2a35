#include "server/route.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::array<std::string_view, 4> kMethods = {"GET", "POST", "PATCH", "DELETE"};
constexpr std::string_view kId = "{id}";

std::size_t place_of(std::string_view method) {
  const auto* const found = std::find(kMethods.begin(), kMethods.end(), method);
  return static_cast<std::size_t>(found - kMethods.begin());
}

std::string_view without_slash(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
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
  if (row.empty()) return PathMatch{};
  row = without_slash(row);
  path = without_slash(path);
  const std::size_t at = row.find(kId);
  if (at == std::string_view::npos) return row == path ? std::optional(PathMatch{}) : std::nullopt;
  const std::string_view behind = row.substr(at + kId.size());
  const bool around = path.size() > at + behind.size() && path.starts_with(row.substr(0, at)) &&
                      path.ends_with(behind);
  if (!around) return std::nullopt;
  const std::optional<std::int64_t> id =
      whole_number(path.substr(at, path.size() - at - behind.size()));
  if (!id || *id < 1) return std::nullopt;
  return PathMatch{id};
}

}  // namespace scanlogin
