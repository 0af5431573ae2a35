#pragma once

#include "domain/check/finding.h"
#include "domain/check/settings.h"

namespace scanlogin::check {

// The providers: whether WeChat can be reached, what time it has there, and, by its answer to a
// made-up code, whether it takes each app's id and secret; whether each issuer of OpenID Connect
// says where its endpoints are. Each call takes WX_TIMEOUT_MS, or NAME_TIMEOUT_MS, at the most.
Findings check_providers(const Settings& settings);

}  // namespace scanlogin::check
