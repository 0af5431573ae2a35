#include "api/callback_url.h"

#include <utility>

#include "api/login_path.h"
#include "base/url.h"

namespace scanlogin {
namespace {

std::string path_of(const ProviderFacts& provider) { return login_path(provider) + "callback/"; }

}  // namespace

std::string callback_url(const Site& site, const ProviderFacts& provider, const Request& request) {
  const std::string first = site.callback_origin(request).value_or("");
  const std::string here = site.origin(request).value_or("");
  const std::string url = first + path_of(provider);
  return here == first ? url : url + "?site=" + percent_encode(here);
}

std::string callback_query(const Request& request) {
  std::string query = "?state=" + percent_encode(request.query("state").value_or(""));
  if (const auto code = request.query("code")) query += "&code=" + percent_encode(*code);
  return query;
}

std::optional<Response> led_to_its_host(const Site& site, const ProviderFacts& provider,
                                        const Request& request) {
  const std::string origin = request.query("site").value_or("");
  if (!site.has(origin) || origin == site.origin(request)) return std::nullopt;
  // Without `site`: wherever the browser arrives, it is led no further.
  Response response{.status = 302, .headers = {}, .body = {}};
  return std::move(response)
      .with("Location", origin + path_of(provider) + callback_query(request))
      .with("Cache-Control", "no-store")
      .with("Referrer-Policy", "no-referrer");
}

}  // namespace scanlogin
