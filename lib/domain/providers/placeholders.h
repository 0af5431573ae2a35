#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scanlogin::oauth {

// Values by their names.
using Values = std::map<std::string, std::string, std::less<>>;

// Whether it can name a value: a–z, 0–9 and _, a letter first, 32 characters at the most.
bool is_value_name(std::string_view text) noexcept;

// The names that a text has in braces, "Bearer {access_token}"; nothing if a brace is anything but
// part of such a name.
std::optional<std::vector<std::string>> placeholders(std::string_view text);

// The text with the values in the places of their names. Those without a value are left out.
std::string filled(std::string_view text, const Values& values);

}  // namespace scanlogin::oauth
