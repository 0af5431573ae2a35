#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/providers/provider.h"

namespace scanlogin::weixin {

// What user_oauth calls them.
constexpr std::string_view kUnionid = "weixin";
constexpr std::string_view kWebsiteOpenid = "wx_openid";
constexpr std::string_view kAccountOpenid = "mp_openid";
constexpr std::string_view kMiniOpenid = "mini_openid";

// What all of WeChat's ways in have in common (ProviderFacts).
constexpr std::size_t kLongestCode = 512;
constexpr std::string_view kUnavailableCode = "weixin-unavailable";
constexpr std::string_view kUnavailableMsg = "微信服务暂不可用，请稍后再试";

// Whether only the operator can mend it: a wrong app id or secret.
bool is_operators_error(std::int64_t errcode) noexcept;

// Whether the same question may well be answered in a moment: WeChat is busy, or is asked too
// often. Not for the exchange of a code: that may have spent it all the same.
bool passes(std::int64_t errcode) noexcept;

// Whether WeChat showed a made-up visitor instead of the person: the code is "snapshot-user".
bool is_snapshot_user(const Refusal& refusal);

// The ids of a person, the stronger one first: the unionid, unless it is empty, is one for all apps
// of the site's owner. openid_type: which of the above the openid is.
std::vector<Identity> identities_of(const std::string& unionid, const std::string& openid,
                                    std::string_view openid_type);

// What a code was exchanged for. The access token is good for two hours.
struct AccessGrant {
  std::string access_token;
  std::string openid;
  std::string unionid;  // empty if WeChat did not send one
  bool silent = false;  // nobody was asked (the scope is snsapi_base): it tells the ids alone
};

// What a mini-program's code was exchanged for, without the session key: nothing here needs it.
struct CodeSession {
  std::string openid;
  std::string unionid;  // empty if WeChat did not send one
};

// The replies of the calls, from their bodies. Whatever Content-Type says they are JSON in
// UTF-8; raw control characters are dropped first, bytes that are not UTF-8 replaced. A refusal is
// WeChat's errcode and errmsg, as they came; or "snapshot-user". All throw Error(upstream) for what
// WeChat's documentation does not allow.
// silent: what was asked for, which counts where the reply names no scope.
std::variant<AccessGrant, Refusal> parse_grant(std::string_view body, bool silent = false);
// The openid is an identity of the type openid_type.
std::variant<Person, Refusal> parse_person(std::string_view body, const AccessGrant& grant,
                                           std::string_view openid_type);
// The errcode may be a text of digits as well: one of WeChat's own examples has it so.
std::variant<CodeSession, Refusal> parse_code_session(std::string_view body);

// A grant as text that parse_grant reads, and a session as one that parse_code_session does.
std::string to_text(const AccessGrant& grant);
std::string to_text(const CodeSession& session);

}  // namespace scanlogin::weixin
