#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scanlogin {

// What the types of user_oauth say (Identity::type): by the facts of the built-in providers, and by
// the names that all others give their types (domain/providers/oauth_replies.h).

// The name of the provider to which an identity of this type belongs: "wx", "qq" for "qq_openid".
// The view lives as long as the process, or as `type`.
std::string_view provider_of(std::string_view type) noexcept;

// The type of the id that is over an identity of this type: "weixin", the unionid, for an openid
// and for a unionid; "qq" for "qq_openid" and for "qq". A type that has none under it, "github", is
// its own.
std::string_view union_type_of(std::string_view type) noexcept;

// Whether a person can log in by an identity of this type where the site offers these providers. A
// unionid is as good as any of the providers that vouch for it.
bool can_log_in(std::string_view type, const std::vector<std::string>& providers);

}  // namespace scanlogin
