#pragma once

#include <optional>
#include <string>
#include <variant>

#include "api/site.h"
#include "domain/login/pending_login.h"
#include "domain/providers/provider.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// What a provider sends the browser to the callback with.
struct CallbackRequest {
  std::string uuid;                 // the query's state; accepted by LoginUuids
  std::optional<std::string> code;  // nothing if the person refused
};

// Reads it; else returns what the request is answered with at once: 200 {"code":"params-error",…}
// for what is missing or malformed, 302 for a login that was begun on another host of the site
// (api/callback_url.h). A page that made its uuid itself knows of no refusal and of no other host.
std::variant<CallbackRequest, Response> read_callback(const Request& request,
                                                      const LoginUuids& uuids, const Site& site,
                                                      const ProviderFacts& provider);

}  // namespace scanlogin
