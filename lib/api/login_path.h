#pragma once

#include <string>

#include "domain/providers/provider.h"

namespace scanlogin {

// Below it is all that a login by this provider asks for: "/api/user/login/wx/".
inline std::string login_path(const ProviderFacts& provider) {
  return "/api/user/login/" + std::string(provider.name) + "/";
}

}  // namespace scanlogin
