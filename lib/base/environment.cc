#include "base/environment.h"

#include <cstdlib>

namespace scanlogin {

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace scanlogin
