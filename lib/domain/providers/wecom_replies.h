#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "domain/providers/app_token.h"
#include "domain/providers/provider.h"

namespace scanlogin::wecom {

constexpr std::string_view kLabel = "WeCom";

// The errcodes of WeCom's API (developer.work.weixin.qq.com, "全局错误码"). Whether only the
// operator can mend it; whether it may have passed in a moment; whether the app token is dead, and
// a new one helps; whether the app may not see the person, or there is none any more.
bool is_operators_error(std::int64_t errcode) noexcept;
bool passes(std::int64_t errcode) noexcept;
bool is_dead_token(const Refusal& refusal) noexcept;
bool is_unseen_person(const Refusal& refusal) noexcept;

// What WeCom tells of a member.
struct Profile {
  std::string nickname;    // empty if it does not say
  std::string avatar_url;  // the same
  std::string gender;      // as Person has it
};

// Bytes. What a member is called, "userid", is 1 to 64 of them; is_userid() takes visible ASCII.
constexpr std::size_t kLongestUserid = 64;
bool is_userid(std::string_view text) noexcept;

// The replies of the calls, from their bodies (domain/providers/json_reply.h). A refusal is WeCom's
// errcode and errmsg, without control characters, 500 characters of them; errcode 0 is success, as
// good as none. All throw Error(upstream) for what WeCom's documentation does not allow.

// cgi-bin/gettoken. Whatever is refused here, the app is.
std::variant<AppToken::Fetched, Refusal> parse_app_token(std::string_view body);

// cgi-bin/auth/getuserinfo: the userid. An older form of it has UserId and OpenId: either spelling
// will do. Who is no member of the company has an openid, or an external_userid, and no userid:
// a refusal, "not-a-member".
std::variant<std::string, Refusal> parse_member(std::string_view body);

// cgi-bin/user/get. userid: who was asked about; a reply about somebody else breaks the protocol.
std::variant<Profile, Refusal> parse_profile(std::string_view body, std::string_view userid);

}  // namespace scanlogin::wecom
