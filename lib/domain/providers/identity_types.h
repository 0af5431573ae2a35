#pragma once

#include <string_view>

namespace scanlogin {

// What the types of user_oauth say (Identity::type), by the facts of the providers.

// The name of the provider to which an identity of this type belongs, "wx". A type that is no
// provider's is named by itself. The view lives as long as the process, or as `type`.
std::string_view provider_of(std::string_view type) noexcept;

// The type of the id that is over an identity of this type: "weixin", the unionid, for an openid
// and for a unionid. Empty if there is none.
std::string_view union_type_of(std::string_view type) noexcept;

}  // namespace scanlogin
