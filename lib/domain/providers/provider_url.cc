#include "domain/providers/provider_url.h"

#include <algorithm>
#include <optional>

#include "base/origin.h"
#include "base/url.h"
#include "domain/providers/provider_text.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestUrl = 512;

// Where the path begins, or the end.
std::size_t path_in(std::string_view url) noexcept {
  return std::min(url.find('/', host_in_url(url)), url.size());
}

// A name like 127.example.com has letters.
bool is_loopback(const std::string& host) noexcept {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

}  // namespace

bool is_provider_url(std::string_view url) {
  if (!is_identifier(url, kLongestUrl) || host_in_url(url) == 0) return false;
  if (url.find_first_of("{}") != std::string_view::npos) return false;
  const std::optional<Origin> origin = parse_origin(url.substr(0, path_in(url)));
  return origin && (origin->scheme == "https" || is_loopback(origin->host));
}

std::string with_base(std::string_view url, const std::string& base) {
  return base + std::string(url.substr(path_in(url)));
}

}  // namespace scanlogin
