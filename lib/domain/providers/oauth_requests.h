#pragma once

#include <string>

#include "clients/http_client.h"
#include "domain/providers/placeholders.h"
#include "domain/providers/provider.h"
#include "domain/providers/provider_file.h"

namespace scanlogin::oauth {

// Where a browser is sent. The challenge is that of redirection.code_verifier (RFC 7636 section
// 4.2, S256).
std::string authorize_url(const Authorize& authorize, const std::string& client_id,
                          const Redirection& redirection);

// A call with its parameters and headers filled in. values: all that it names.
HttpRequest make_request(const Call& call, const Values& values);

}  // namespace scanlogin::oauth
