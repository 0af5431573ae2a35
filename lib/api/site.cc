#include "api/site.h"

#include <algorithm>
#include <string_view>

#include "base/origin.h"
#include "base/text.h"

namespace scanlogin {
namespace {

std::string_view scheme_of(const Request& request) {
  return request.parameter("REQUEST_SCHEME") == "https" ? "https" : "http";
}

std::string_view default_port(std::string_view scheme) { return scheme == "https" ? "443" : "80"; }

bool is_port(std::string_view text) {
  const auto port = whole_number(text);
  return port && *port > 0 && *port <= 65535;
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

// What Site::origin() is without SITE_ORIGIN.
std::optional<std::string> requested_origin(const Request& request) {
  const std::string served = served_host(request);
  for (const std::string& host : {request.header("Host"), served}) {
    std::string origin = std::string(scheme_of(request)) + "://" + host;
    if (parse_origin(origin)) return origin;
  }
  if (!request.has_parameter("HTTP_HOST") && served.empty()) return "";
  return std::nullopt;
}

// Host and port of an origin, with http's and https's own ports the same: where nginx sees http,
// something in front of it may still have ended TLS.
struct Authority {
  std::string name;
  std::string port;
  bool operator==(const Authority&) const = default;
};

std::optional<Authority> authority_of(std::string_view text) {
  auto origin = parse_origin(text);
  if (!origin) return std::nullopt;
  if (origin->host.ends_with('.')) origin->host.pop_back();
  if (origin->port == "80" || origin->port == "443") origin->port.clear();
  return Authority{std::move(origin->host), std::move(origin->port)};
}

bool is_secure(std::string_view origin) { return origin.starts_with("https:"); }

bool is_below(std::string_view name, std::string_view domain) {
  return name.size() > domain.size() && name.ends_with(domain) &&
         name[name.size() - domain.size() - 1] == '.';
}

bool are_sisters(const std::optional<Authority>& one, const std::optional<Authority>& other) {
  return one && other && (is_below(one->name, other->name) || is_below(other->name, one->name));
}

bool contains(const std::vector<std::string>& origins, const std::string& origin) {
  return std::find(origins.begin(), origins.end(), origin) != origins.end();
}

}  // namespace

std::optional<std::string> Site::origin(const Request& request) const {
  auto requested = requested_origin(request);
  if (origins_.empty()) return requested;
  const auto asked = authority_of(requested.value_or(""));
  const std::string* here = nullptr;
  for (const std::string& origin : origins_) {
    if (!asked || authority_of(origin) != asked) continue;
    if (is_secure(origin) == is_secure(*requested)) return origin;
    if (here == nullptr) here = &origin;
  }
  return here == nullptr ? origins_.front() : *here;
}

std::optional<std::string> Site::callback_origin(const Request& request) const {
  return origins_.empty() ? requested_origin(request) : origins_.front();
}

bool Site::has(const std::string& origin) const { return contains(origins_, origin); }

bool Site::is_https(const Request& request) const {
  return origins_.empty() ? scheme_of(request) == "https" : is_secure(*origin(request));
}

// By the host that was asked, which says little, since a proxy may have changed it.
Site::Sender Site::sender_by_host(const Request& request) const {
  const auto asked = authority_of(requested_origin(request).value_or(""));
  bool sisters = false;
  for (const std::string& origin : origins_) {
    const auto listed = authority_of(origin);
    if (listed == asked) return Sender::site;
    sisters = sisters || are_sisters(listed, asked);
  }
  return sisters ? Sender::other_host : Sender::site;
}

Site::Sender Site::sender(const Request& request) const {
  const std::string page = request.header("Origin");
  const std::string fetched_by = request.header("Sec-Fetch-Site");
  if (contains(others_, page)) return sender_by_host(request);
  // Pages at two hosts of the site can be across sites; those at one are not.
  if (has(page) && page != origin(request)) return Sender::site;
  if (fetched_by == "cross-site") return Sender::other_site;
  if (page.empty()) return sender_by_host(request);
  const bool same_origin = fetched_by == "same-origin";
  const auto sent_by = authority_of(page);  // nothing for "null", which any page can be
  if (!sent_by) return same_origin ? Sender::site : Sender::other_site;
  for (const std::string& origin : origins_) {
    if (authority_of(origin) == sent_by && is_secure(origin) == is_secure(page)) {
      return Sender::site;
    }
  }
  if (!same_origin && sent_by != authority_of(requested_origin(request).value_or(""))) {
    return Sender::other_site;
  }
  return origins_.empty() ? Sender::site : Sender::other_host;
}

bool Site::may_use_cookie(const Request& request) const {
  const std::string page = request.header("Origin");
  if (page.empty() || page == "null") return request.header("Sec-Fetch-Site") == "same-origin";
  if (contains(others_, page)) return true;
  if (!origins_.empty()) return has(page);
  const auto here = parse_origin(requested_origin(request).value_or(""));
  return here && page == to_text(*here);
}

Response cross_site_response() { return message_response(403, 403, "不允许跨站请求"); }

}  // namespace scanlogin
