#include "domain/providers/weixin_replies.h"

#include <charconv>
#include <optional>

#include "base/json.h"
#include "base/utf8.h"
#include "domain/providers/reply_text.h"

namespace scanlogin::weixin {
namespace {

constexpr std::size_t kLongestIdentity = 200;  // user_oauth.oauth_id's width
constexpr std::size_t kLongestToken = 2048;

[[noreturn]] void broken(const std::string& what) {
  throw Error(ErrorKind::upstream, "WeChat's reply " + what);
}

unsigned hex_value(std::string_view digits) {
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// Escapes of NUL and of half a surrogate pair name no character a text could hold. Somebody's
// nickname must not make the whole reply unreadable: U+FFFD stands in for them.
std::string without_impossible_escapes(std::string text) {
  constexpr std::size_t kEscape = 6;  // as in \u0041
  const auto unit_at = [&text](std::size_t at) {
    const bool escape = text.compare(at, 2, "\\u") == 0 && at + kEscape <= text.size();
    return escape ? hex_value(std::string_view(text).substr(at + 2, 4)) : 0xffffU;
  };
  for (std::size_t at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
    if (text.compare(at, 2, "\\u") != 0) {
      at += 2;
      continue;
    }
    const unsigned unit = unit_at(at);
    const bool high = unit >= 0xd800 && unit < 0xdc00;
    const unsigned next = high && at + kEscape < text.size() ? unit_at(at + kEscape) : 0;
    const bool pair = next >= 0xdc00 && next < 0xe000;
    if (unit == 0 || (unit >= 0xd800 && unit < 0xe000 && !pair))
      text.replace(at, kEscape, "\\ufffd");
    at += pair ? 2 * kEscape : kEscape;
  }
  return text;
}

Json parse(std::string_view body) {
  std::optional<Json> json =
      Json::parse(without_impossible_escapes(without_control(utf8_scrub(body))));
  if (!json || !json->is_object()) broken("is not a JSON object");
  return std::move(*json);
}

// The call's refusal, if it is one: errcode 0 is success, as good as none.
std::optional<Refusal> refusal_in(const Json& json, std::string_view call) {
  if (json.has("errcode")) {
    const std::optional<std::int64_t> errcode = json.integer("errcode");
    if (!errcode) broken("has an errcode that is no whole number");
    if (*errcode != 0) {
      return Refusal{.code = *errcode,
                     .msg = json.string("errmsg").value_or(""),
                     .call = call,
                     .operators_mistake = is_operators_error(*errcode)};
    }
  }
  if (json.integer("is_snapshotuser") == 1) {
    return Refusal{.code = "snapshot-user",
                   .msg = "微信未提供真实身份，请重新扫码",
                   .call = call,
                   .reason = "virtual visitor"};
  }
  return std::nullopt;
}

// A member that is an identifier; empty if it is absent or empty.
std::string identifier(const Json& json, const char* key, std::size_t longest) {
  if (!json.has(key)) return "";
  const std::optional<std::string> value = json.string(key);
  if (!value || value->size() > longest || !is_visible_ascii(*value)) {
    broken(std::string("has an unusable ") + key);
  }
  return *value;
}

std::string required(const Json& json, const char* key, std::size_t longest) {
  std::string value = identifier(json, key, longest);
  if (value.empty()) broken(std::string("lacks ") + key);
  return value;
}

// One of two sources for an id that has to be the same in both.
std::string agreed(const std::string& a, const std::string& b, const char* key) {
  if (!a.empty() && !b.empty() && a != b) broken(std::string("names another ") + key);
  return a.empty() ? b : a;
}

// The unionid is one for all apps of the site's owner: it is the stronger one.
std::vector<Identity> identities_of(const std::string& unionid, const std::string& openid) {
  std::vector<Identity> all;
  if (!unionid.empty()) all.push_back({std::string(kUnionid), unionid});
  all.push_back({std::string(kWebsiteOpenid), openid});
  return all;
}

std::string gender_of(std::int64_t sex) { return sex == 1 ? "男" : sex == 2 ? "女" : ""; }

}  // namespace

bool is_operators_error(std::int64_t errcode) noexcept {
  return errcode == 40001 || errcode == 40013 || errcode == 40125;
}

// -1: busy; 45009, 45011: more calls than a day, or a minute, has.
bool passes(std::int64_t errcode) noexcept {
  return errcode == -1 || errcode == 45009 || errcode == 45011;
}

std::variant<AccessGrant, Refusal> parse_grant(std::string_view body) {
  const Json json = parse(body);
  if (std::optional<Refusal> refusal = refusal_in(json, "access_token")) return *std::move(refusal);
  return AccessGrant{.access_token = required(json, "access_token", kLongestToken),
                     .openid = required(json, "openid", kLongestIdentity),
                     .unionid = identifier(json, "unionid", kLongestIdentity)};
}

std::variant<Person, Refusal> parse_person(std::string_view body, const AccessGrant& grant) {
  const Json json = parse(body);
  if (std::optional<Refusal> refusal = refusal_in(json, "userinfo")) {
    const auto* errcode = std::get_if<std::int64_t>(&refusal->code);
    refusal->passes = errcode != nullptr && passes(*errcode);
    return *std::move(refusal);
  }
  const std::string openid =
      agreed(required(json, "openid", kLongestIdentity), grant.openid, "openid");
  const std::string unionid =
      agreed(identifier(json, "unionid", kLongestIdentity), grant.unionid, "unionid");
  return Person{.identities = identities_of(unionid, openid),
                .nickname = without_control(json.string("nickname").value_or("")),
                .avatar_url = picture_url(json.string("headimgurl").value_or("")),
                .gender = gender_of(json.integer("sex").value_or(0))};
}

std::string to_text(const AccessGrant& grant) {
  return Json::object()
      .with("access_token", grant.access_token)
      .with("openid", grant.openid)
      .with("unionid", grant.unionid)
      .text();
}

}  // namespace scanlogin::weixin
