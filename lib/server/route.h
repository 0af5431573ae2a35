#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// A row of the table of what an endpoint answers.
template <class Handler>
struct Route {
  // GET, POST, PATCH or DELETE; GET answers HEAD as well.
  std::string_view method;
  // "/api/user/admin/users/{id}/logout/": {id} stands for a whole number above 0, {session} for 32
  // lower-case hex digits, {provider} for a–z and 0–9, each for a whole part between slashes. It
  // ends with a slash, which a request's path may lack. Empty, in the last rows of a table:
  // whatever other path the web server sends here.
  std::string_view path;
  Handler handler;
};

template <class Handler>
using Routes = std::vector<Route<Handler>>;

// The methods of some rows.
class Methods {
 public:
  void add(std::string_view method);
  // Whether a request with this method is one of them. HEAD is with GET.
  bool have(std::string_view method) const;
  bool none() const noexcept { return set_.none(); }
  // As the header Allow lists them (RFC 9110 section 10.2.1): "GET, HEAD, PATCH".
  std::string text() const;

 private:
  std::bitset<4> set_;
};

// A request's path that is of a row's, with what is in the place of {id} and {session}: 0 and empty
// where there is none. A view into the path.
struct PathMatch {
  std::int64_t id = 0;
  std::string_view session{};
};
std::optional<PathMatch> match_path(std::string_view row, std::string_view path);

template <class Handler>
Methods methods_of(const Routes<Handler>& routes) {
  Methods all;
  for (const Route<Handler>& row : routes) all.add(row.method);
  return all;
}

// Of those with the request's path.
template <class Handler>
Methods methods_of(const Routes<Handler>& routes, const Request& request) {
  Methods all;
  bool named = false;
  for (const Route<Handler>& row : routes) {
    if (named && row.path.empty()) break;
    if (!match_path(row.path, request.path())) continue;
    all.add(row.method);
    named = !row.path.empty();
  }
  return all;
}

template <class Handler>
struct Routed {
  const Handler* handler;
  PathMatch match;
};

// The row for a request; 404 where no row has its path, 405 where none of those has its method.
template <class Handler>
std::variant<Routed<Handler>, Response> route(const Routes<Handler>& routes,
                                              const Request& request) {
  const std::string_view method = request.method() == "HEAD" ? "GET" : request.method();
  bool named = false;  // by a row with another method
  for (const Route<Handler>& row : routes) {
    if (named && row.path.empty()) break;
    const std::optional<PathMatch> match = match_path(row.path, request.path());
    if (!match) continue;
    if (row.method == method) return Routed<Handler>{&row.handler, *match};
    named = !row.path.empty();
  }
  const Methods others = methods_of(routes, request);
  return others.none() ? not_found("接口不存在") : method_not_allowed(others.text());
}

}  // namespace scanlogin
