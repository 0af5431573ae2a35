#include "api/callback_url.h"

#include <utility>

#include "api/login_path.h"
#include "base/url.h"

namespace scanlogin {
namespace {

constexpr const char* kLed = "led";

// All that a provider has sent, with a '&' behind it.
std::string whole_query(const Request& request) {
  std::string query = "?";
  for (const auto& [name, value] : request.query_pairs()) {
    query += percent_encode(name) + "=" + percent_encode(value) + "&";
  }
  return query;
}

std::string path_of(const ProviderFacts& provider) { return login_path(provider) + "callback/"; }

}  // namespace

std::string callback_url(const Site& site, const ProviderFacts& provider, const Request& request) {
  const std::string first = site.callback_origin(request).value_or("");
  const std::string here = site.origin(request).value_or("");
  const std::string url = first + path_of(provider);
  return here == first || provider.exact_redirect_uri ? url : url + "?site=" + percent_encode(here);
}

std::string callback_query(const Request& request) {
  std::string query = "?state=" + percent_encode(request.query("state").value_or(""));
  if (const auto code = request.query("code")) query += "&code=" + percent_encode(*code);
  return query;
}

std::optional<Response> led_to_its_host(const Site& site, const ProviderFacts& provider,
                                        const Request& request, const std::string& origin) {
  if (request.query(kLed)) return std::nullopt;
  if (!site.has(origin) || origin == site.origin(request)) return std::nullopt;
  // Wherever the browser arrives, it is led no further.
  const std::string query =
      provider.exact_redirect_uri ? whole_query(request) + kLed + "=1" : callback_query(request);
  return lead_to(302, origin + path_of(provider) + query);
}

}  // namespace scanlogin
