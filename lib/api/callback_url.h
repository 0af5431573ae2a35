#pragma once

#include <optional>
#include <string>

#include "api/site.h"
#include "domain/providers/provider.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// A provider knows one host of the site, the first of SITE_ORIGIN. The browser has the cookie of a
// login on the host where the login began. So where that is another one, the callback on the first
// host leads the browser on to the callback on that. Its name goes along in the callback's URL; for
// a provider that knows the URL to the letter (ProviderFacts::exact_redirect_uri) it is kept with
// the login (LoginStart::origin).

// Where a provider sends the browser for a login that this request begins:
// https://FIRST/api/user/login/NAME/callback/, with ?site=ORIGIN if it does not begin on FIRST and
// may have that. A path alone where nobody has named a host (Site::origin). The request has an
// origin.
std::string callback_url(const Site& site, const ProviderFacts& provider, const Request& request);

// State and code of a request to the callback, for another one: "?state=U&code=C", or without code.
std::string callback_query(const Request& request);

// 302 to the callback on the host where the login began, `origin`; nothing if that is no other
// origin of SITE_ORIGIN's than the one where the request is, or if it was led here so. To a
// provider's own parameters, for one that knows the URL to the letter, `led` is added.
std::optional<Response> led_to_its_host(const Site& site, const ProviderFacts& provider,
                                        const Request& request, const std::string& origin);

}  // namespace scanlogin
