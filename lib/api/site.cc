#include "api/site.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestHost = 255;

// A host and, behind a colon, a port; an IPv6 address is in brackets (RFC 3986 section 3.2.2).
bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= kLongestHost &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || c == '-' || c == '.' || c == ':' || c == '[' || c == ']';
         });
}

std::string_view scheme_of(const Request& request) {
  return request.parameter("REQUEST_SCHEME") == "https" ? "https" : "http";
}

std::string_view default_port(std::string_view scheme) { return scheme == "https" ? "443" : "80"; }

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65535;
}

// The name that nginx served the request for, with its port if that is not the scheme's own.
std::string served_host(const Request& request) {
  std::string host(request.parameter("SERVER_NAME"));
  const std::string_view port = request.parameter("SERVER_PORT");
  if (!host.empty() && is_port(port) && port != default_port(scheme_of(request))) {
    host += ':' + std::string(port);
  }
  return host;
}

struct Authority {
  std::string name;  // in lower case
  std::string port;  // empty for http's and https's own
  bool operator==(const Authority&) const = default;
};

// Of a host as is_host() has it.
Authority authority_of(std::string_view host) {
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string name = ascii_lower(host.substr(0, colon));
  if (name.ends_with('.')) name.pop_back();
  std::string port(colon == std::string_view::npos ? "" : host.substr(colon + 1));
  if (port == "80" || port == "443") port.clear();
  return {std::move(name), std::move(port)};
}

// Of "https://example.com"; nothing for what is no such origin.
std::optional<Authority> authority_of_origin(std::string_view origin) {
  const std::size_t end = origin.find("://");
  if (end == std::string_view::npos || !is_host(origin.substr(end + 3))) return std::nullopt;
  return authority_of(origin.substr(end + 3));
}

bool is_below(std::string_view name, std::string_view domain) {
  return name.size() > domain.size() && name.ends_with(domain) &&
         name[name.size() - domain.size() - 1] == '.';
}

// What Site::origin() is without SITE_ORIGIN.
std::optional<std::string> requested_origin(const Request& request) {
  const std::string served = served_host(request);
  for (const std::string& host : {request.header("Host"), served}) {
    if (is_host(host)) return std::string(scheme_of(request)) + "://" + host;
  }
  if (!request.has_parameter("HTTP_HOST") && served.empty()) return "";
  return std::nullopt;
}

bool is_secure(std::string_view origin) { return origin.starts_with("https:"); }

}  // namespace

std::optional<std::string> Site::origin(const Request& request) const {
  return origin_.empty() ? requested_origin(request) : origin_;
}

bool Site::is_https(const Request& request) const {
  return origin_.empty() ? scheme_of(request) == "https" : is_secure(origin_);
}

Site::Sender Site::sender(const Request& request) const {
  const std::string fetched_by = request.header("Sec-Fetch-Site");
  if (fetched_by == "cross-site") return Sender::other_site;
  const auto site = authority_of_origin(origin_);
  const auto asked = authority_of_origin(requested_origin(request).value_or(""));
  const std::string page = request.header("Origin");
  if (page.empty()) {
    // No browser with a page. The host alone says little, since a proxy may have changed it.
    const bool sisters =
        site && asked && (is_below(asked->name, site->name) || is_below(site->name, asked->name));
    return sisters ? Sender::other_host : Sender::site;
  }
  const bool same_origin = fetched_by == "same-origin";
  const auto sent_by = authority_of_origin(page);  // nothing for "null", which any page can be
  if (!sent_by) return same_origin ? Sender::site : Sender::other_site;
  if (site && sent_by == site && is_secure(page) == is_secure(origin_)) return Sender::site;
  // Where nginx sees http, something in front of it may still have ended TLS.
  const bool of_here = same_origin || sent_by == asked;
  if (!of_here) return Sender::other_site;
  return site ? Sender::other_host : Sender::site;
}

Response cross_site_response() { return message_response(403, 403, "不允许跨站请求"); }

}  // namespace scanlogin
