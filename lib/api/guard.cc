#include "api/guard.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/url.h"

namespace scanlogin {
namespace {

// nginx takes a request line of 8 KiB by default (large_client_header_buffers); scheme and host are
// not in it, method and version are.
constexpr std::size_t kLongestUrl = 7500;

// Of guard_text(), a line each.
struct Described {
  std::string_view id, name, nickname, staff;
};

Described parts_of(std::string_view text) {
  std::array<std::string_view, 4> lines;
  for (std::string_view& line : lines) {
    line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return {lines[0], lines[1], lines[2], lines[3]};
}

// A page that the browser is to show, as far as it says (W3C Fetch Metadata; Safari only from 16.4
// on). What a script fetches is not shown a login page.
bool navigates(const Request& request) {
  const std::string mode = request.header("Sec-Fetch-Mode");
  return request.parameter("GUARDED_METHOD") == "GET" && (mode.empty() || mode == "navigate") &&
         ascii_lower(request.header("Accept")).find("text/html") != std::string::npos;
}

// Where the person can log in and come back from; empty if that is where they are: a login page
// that is itself guarded would lead to itself for ever.
std::string login_url(const Config& config, std::string_view guarded) {
  if (guarded.substr(0, guarded.find('?')) == config.login_url) return "";
  if (!is_site_path(guarded)) return config.login_url;
  std::string url = config.login_url + "?next=" + percent_encode(guarded);
  return url.size() <= kLongestUrl ? url : config.login_url;
}

}  // namespace

std::string guard_text(const User& user) {
  // What Django lets into a username besides letters and digits stays legible.
  const std::string name = percent_encode(user.username, "@+");
  return std::to_string(user.id) + "\n" + name + "\n" + percent_encode(user.nickname) + "\n" +
         (user.is_staff ? "1" : "0");
}

Response guard_response(std::string_view guard_text, Admitted whom, const Config& config,
                        const Request& request) {
  const Described user = parts_of(guard_text);
  if (whom == Admitted::staff && user.staff != "1") {
    return guard_refusal(forbidden(), config, request);
  }
  return {.status = 204,
          .headers = {{"Cache-Control", "no-store"},
                      {"X-User-Id", std::string(user.id)},
                      {"X-User-Name", std::string(user.name)},
                      {"X-User-Nickname", std::string(user.nickname)},
                      {"X-User-Staff", std::string(user.staff)},
                      {"X-Auth-Request-User", std::string(user.id)},
                      {"X-Auth-Request-Preferred-Username", std::string(user.name)}},
          .body = ""};
}

Response guard_refusal(Response refusal, const Config& config, const Request& request) {
  std::string url;
  if (refusal.status == 401 && navigates(request)) {
    url = login_url(config, request.parameter("REQUEST_URI"));
  }
  if (!url.empty()) {
    // The browser is led on: it is not asked for a token.
    std::erase_if(refusal.headers, [](const auto& h) { return h.first == "WWW-Authenticate"; });
    refusal.headers.emplace_back("X-Scanlogin-Login", std::move(url));
  }
  refusal.headers.emplace_back("X-Scanlogin-Reply", refusal.body);
  return refusal;
}

}  // namespace scanlogin
