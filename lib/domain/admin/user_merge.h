#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/lists/bad_parameter.h"
#include "domain/users/users.h"

namespace scanlogin {

// The fields of a user that an admin may keep of one who is merged into another.
inline constexpr std::array<std::pair<const char*, std::string User::*>, 4> kKeepable = {
    {{"nickname", &User::nickname},
     {"avatar_url", &User::avatar_url},
     {"gender", &User::gender},
     {"phone_number", &User::phone_number}}};

// A user to be merged into another one.
struct UserMerge {
  std::int64_t from = 0;
  std::vector<std::string> keep{};  // names of kKeepable: from's are taken; all others stay
  std::optional<std::string> confirm{};
};

// Whether each is the name of a field that may be kept.
bool are_keepable(const std::vector<std::string>& names);

// Reads {"from":ID,"keep":[NAME,…],"confirm":TEXT}; without keep nothing is kept. The id may be a
// text of its digits: a browser has no exact numbers beyond 2^53. BadParameter names the field, or
// "body" for what is no object.
std::variant<UserMerge, BadParameter> parse_user_merge(std::string_view body);

}  // namespace scanlogin
