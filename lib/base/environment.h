#pragma once

#include <functional>
#include <optional>
#include <string>

namespace scanlogin {

// A variable's value, or nothing if it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// This process's environment.
std::optional<std::string> process_environment(const std::string& name);

}  // namespace scanlogin
