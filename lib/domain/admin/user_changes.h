#pragma once

#include <optional>
#include <string>
#include <variant>

#include "domain/lists/bad_parameter.h"

namespace scanlogin {

// What an admin wants a user's row to be; nothing where it is to stay as it is.
struct UserChanges {
  std::optional<std::string> nickname;
  std::optional<std::string> phone_number;
  std::optional<std::string> gender;
  std::optional<bool> is_active;
  std::optional<bool> is_staff;
};

// Reads {"field":value,…}: the fields above, at least one, texts of at most 225 characters without
// control characters. BadParameter names the field, or "body" for what is no such object.
std::variant<UserChanges, BadParameter> parse_user_changes(std::string_view body);

}  // namespace scanlogin
