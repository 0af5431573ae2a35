#pragma once

#include <string>
#include <string_view>

#include "domain/providers/provider.h"

namespace scanlogin {

// Below it are the providers' paths.
inline constexpr std::string_view kLoginPaths = "/api/user/login/";

// Below it is all that a login by this provider asks for: "/api/user/login/wx/".
inline std::string login_path(const ProviderFacts& provider) {
  return std::string(kLoginPaths) + std::string(provider.name) + "/";
}

// The provider's name in such a path; empty in any other.
inline std::string_view provider_in(std::string_view path) {
  if (!path.starts_with(kLoginPaths)) return {};
  path.remove_prefix(kLoginPaths.size());
  return path.substr(0, path.find('/'));
}

}  // namespace scanlogin
