#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// 400: a parameter or field of that name has a value it cannot have, or is not known.
Response invalid(std::string_view name);

// What the body {"confirm":TEXT} says; nothing if it says none. 400 for another field.
std::variant<std::optional<std::string>, Response> confirmation_of(const Request& request);

}  // namespace scanlogin
