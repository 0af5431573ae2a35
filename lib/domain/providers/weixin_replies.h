#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "domain/providers/provider.h"

namespace scanlogin::weixin {

// What user_oauth calls them.
constexpr std::string_view kUnionid = "weixin";
constexpr std::string_view kWebsiteOpenid = "wx_openid";

// Whether only the operator can mend it: a wrong app id or secret.
bool is_operators_error(std::int64_t errcode) noexcept;

// Whether the same question may well be answered in a moment: WeChat is busy, or is asked too
// often. Not for the exchange of a code: that may have spent it all the same.
bool passes(std::int64_t errcode) noexcept;

// What a code was exchanged for. The access token is good for two hours.
struct AccessGrant {
  std::string access_token;
  std::string openid;
  std::string unionid;  // empty if WeChat did not send one
};

// The replies of the two calls, from their bodies. Whatever Content-Type says they are JSON in
// UTF-8; raw control characters are dropped first, bytes that are not UTF-8 replaced. A person's
// identities are the unionid, if there is one, and the openid. A refusal is WeChat's errcode and
// errmsg, as they came; or "snapshot-user", where WeChat shows a made-up visitor instead of the
// person. Both throw Error(upstream) for what WeChat's documentation does not allow.
std::variant<AccessGrant, Refusal> parse_grant(std::string_view body);
std::variant<Person, Refusal> parse_person(std::string_view body, const AccessGrant& grant);

// A grant as text that parse_grant reads.
std::string to_text(const AccessGrant& grant);

}  // namespace scanlogin::weixin
