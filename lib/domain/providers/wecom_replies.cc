#include "domain/providers/wecom_replies.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "domain/providers/json_reply.h"
#include "domain/providers/provider_text.h"

namespace scanlogin::wecom {
namespace {

constexpr std::size_t kLongestToken = 2048;            // WeCom says 512, and to leave room
constexpr std::size_t kLongestMessage = 500;           // characters
constexpr std::int64_t kLongestLife = 30 * 24 * 3600;  // seconds
constexpr std::string_view kGetToken = "gettoken";
constexpr std::string_view kGetUserInfo = "getuserinfo";
constexpr std::string_view kUserGet = "user/get";

template <std::size_t Count>
bool has(const std::array<std::int64_t, Count>& all, std::int64_t one) noexcept {
  return std::find(all.begin(), all.end(), one) != all.end();
}

template <std::size_t Count>
bool has(const std::array<std::int64_t, Count>& all, const Refusal& refusal) noexcept {
  const auto* errcode = std::get_if<std::int64_t>(&refusal.code);
  return errcode != nullptr && has(all, *errcode);
}

std::optional<Refusal> refusal_in(const JsonReply& reply, std::string_view call) {
  if (!reply.json().has("errcode")) return std::nullopt;
  const std::optional<std::int64_t> errcode = reply.json().integer("errcode");
  if (!errcode) reply.broken("has an errcode that is no whole number");
  if (*errcode == 0) return std::nullopt;
  const std::string errmsg = without_control(reply.json().string("errmsg").value_or(""));
  return Refusal{.code = *errcode,
                 .msg = std::string(utf8_cut(errmsg, kLongestMessage)),
                 .call = call,
                 .operators_mistake = is_operators_error(*errcode),
                 .passes = passes(*errcode)};
}

// Written "1" in one call's documentation and 1 in replies to another.
std::string gender_in(const Json& json) {
  const std::optional<std::string> text = json.string("gender");
  const auto number = text ? whole_number(*text) : json.integer("gender");
  return number == 1 ? "男" : number == 2 ? "女" : "";
}

}  // namespace

bool is_operators_error(std::int64_t errcode) noexcept {
  // Secret, company, app, app switched off; domain, address, permissions.
  return has(std::array<std::int64_t, 8>{40001, 40013, 40056, 50003, 50001, 60020, 48002, 301002},
             errcode);
}

bool passes(std::int64_t errcode) noexcept {
  return has(std::array<std::int64_t, 3>{-1, 45009, 45033}, errcode);
}

bool is_dead_token(const Refusal& refusal) noexcept {
  return has(std::array<std::int64_t, 2>{40014, 42001}, refusal);
}

bool is_unseen_person(const Refusal& refusal) noexcept {
  return has(std::array<std::int64_t, 3>{50002, 60011, 60111}, refusal);
}

bool is_userid(std::string_view text) noexcept {
  return !text.empty() && is_identifier(text, kLongestUserid);
}

std::variant<AppToken::Fetched, Refusal> parse_app_token(std::string_view body) {
  const JsonReply reply(kLabel, body);
  if (auto refusal = refusal_in(reply, kGetToken)) {
    refusal->operators_mistake = !refusal->passes;
    return *std::move(refusal);
  }
  const std::int64_t life = reply.json().integer("expires_in").value_or(0);
  if (life < 1 || life > kLongestLife) reply.broken("has an unusable expires_in");
  return AppToken::Fetched{.token = reply.required("access_token", kLongestToken),
                           .life = std::chrono::seconds(life)};
}

std::variant<std::string, Refusal> parse_member(std::string_view body) {
  const JsonReply reply(kLabel, body);
  if (auto refusal = refusal_in(reply, kGetUserInfo)) return *std::move(refusal);
  std::string userid = reply.agreed(reply.identifier("userid", kLongestUserid),
                                    reply.identifier("UserId", kLongestUserid), "userid");
  if (!userid.empty()) return userid;
  for (const char* outsider : {"openid", "OpenId", "external_userid"}) {
    if (reply.identifier(outsider, kLongestIdentity).empty()) continue;
    return Refusal{.code = "not-a-member",
                   .msg = "你不是该企业的成员，无法登录",
                   .call = kGetUserInfo,
                   .reason = "not a member of the company"};
  }
  reply.broken("lacks userid");
}

std::variant<Profile, Refusal> parse_profile(std::string_view body, std::string_view userid) {
  const JsonReply reply(kLabel, body);
  if (auto refusal = refusal_in(reply, kUserGet)) return *std::move(refusal);
  reply.agreed(ascii_lower(reply.identifier("userid", kLongestUserid)), ascii_lower(userid),
               "userid");
  const Json& json = reply.json();
  return Profile{.nickname = without_control(json.string("name").value_or("")),
                 .avatar_url = picture_url(json.string("avatar").value_or("")),
                 .gender = gender_in(json)};
}

}  // namespace scanlogin::wecom
