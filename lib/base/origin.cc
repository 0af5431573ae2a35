#include "base/origin.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestAuthority = 255;

bool is_name(std::string_view text) {
  const auto is_part = [](char c) {
    return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
  };
  return std::all_of(text.begin(), text.end(), is_part) &&
         std::any_of(text.begin(), text.end(), is_letter_or_digit);
}

// An IPv6 address in brackets (RFC 3986 section 3.2.2).
bool is_bracketed(std::string_view text) {
  return text.size() > 3 && text.front() == '[' && text.back() == ']' &&
         text.substr(1, text.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") ==
             std::string_view::npos;
}

// Empty is one too (RFC 3986 section 3.2.3): the scheme's own.
bool is_port(std::string_view text) {
  if (text.empty()) return true;
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65535;
}

// Without what browsers leave out: zeros in front, and the scheme's own port.
std::string port_of(std::string_view scheme, std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  return text == (scheme == "https" ? "443" : "80") ? "" : std::string(text);
}

}  // namespace

std::optional<Origin> parse_origin(std::string_view text) {
  const std::string_view scheme = text.substr(0, text.find("://"));
  if (scheme != "https" && scheme != "http") return std::nullopt;
  if (text.size() == scheme.size()) return std::nullopt;
  const std::string_view authority = text.substr(scheme.size() + 3);
  if (authority.size() > kLongestAuthority) return std::nullopt;
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = authority.substr(0, colon);
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view() : authority.substr(colon + 1);
  if (!(is_name(host) || is_bracketed(host)) || !is_port(port)) return std::nullopt;
  return Origin{std::string(scheme), ascii_lower(host), port_of(scheme, port)};
}

std::string to_text(const Origin& origin) {
  return origin.scheme + "://" + origin.host + (origin.port.empty() ? "" : ":" + origin.port);
}

}  // namespace scanlogin
