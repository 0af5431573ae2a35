#include "domain/providers/weixin.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "base/url.h"
#include "base/utf8.h"

namespace scanlogin::weixin {
namespace {

constexpr std::size_t kLongestIdentity = 200;  // user_oauth.oauth_id's width
constexpr std::size_t kLongestToken = 2048;

[[noreturn]] void broken(const std::string& what) {
  throw Error(ErrorKind::upstream, "WeChat's reply " + what);
}

std::string without_control(std::string text) {
  std::erase_if(text, is_control);
  return text;
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

// errcode 0 is success, as good as none.
std::optional<Refusal> refusal_in(const Json& json) {
  if (!json.has("errcode")) return std::nullopt;
  const std::optional<std::int64_t> errcode = json.integer("errcode");
  if (!errcode) broken("has an errcode that is no whole number");
  if (*errcode == 0) return std::nullopt;
  return Refusal{*errcode, json.string("errmsg").value_or("")};
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
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

bool is_snapshot(const Json& json) { return json.integer("is_snapshotuser") == 1; }

// Only what a page may use as a picture's address: never javascript:, markup or a line end.
std::string picture_url(const std::string& url) {
  const bool http = url.starts_with("https://") || url.starts_with("http://");
  const bool safe =
      url.find_first_of(" \"'<>\\`") == std::string::npos && without_control(url) == url;
  return http && safe ? url : std::string();
}

// One of two sources for an id that has to be the same in both.
std::string agreed(const std::string& a, const std::string& b, const char* key) {
  if (!a.empty() && !b.empty() && a != b) broken(std::string("names another ") + key);
  return a.empty() ? b : a;
}

}  // namespace

bool is_operators_error(std::int64_t errcode) noexcept {
  return errcode == 40001 || errcode == 40013 || errcode == 40125;
}

// -1: busy; 45009, 45011: more calls than a day, or a minute, has.
bool passes(std::int64_t errcode) noexcept {
  return errcode == -1 || errcode == 45009 || errcode == 45011;
}

Error busy(const Refusal& refusal) {
  return {ErrorKind::upstream,
          "errcode " + std::to_string(refusal.errcode) + ": " + refusal.errmsg};
}

std::variant<Grant, Snapshot, Refusal> parse_grant(std::string_view body) {
  const Json json = parse(body);
  if (const std::optional<Refusal> refusal = refusal_in(json)) return *refusal;
  if (is_snapshot(json)) return Snapshot{};
  return Grant{.access_token = required(json, "access_token", kLongestToken),
               .openid = required(json, "openid", kLongestIdentity),
               .unionid = identifier(json, "unionid", kLongestIdentity)};
}

std::variant<Person, Snapshot, Refusal> parse_person(std::string_view body, const Grant& grant) {
  const Json json = parse(body);
  if (const std::optional<Refusal> refusal = refusal_in(json)) return *refusal;
  if (is_snapshot(json)) return Snapshot{};
  const std::string openid = required(json, "openid", kLongestIdentity);
  const std::string unionid = identifier(json, "unionid", kLongestIdentity);
  return Person{.openid = agreed(openid, grant.openid, "openid"),
                .unionid = agreed(unionid, grant.unionid, "unionid"),
                .nickname = without_control(json.string("nickname").value_or("")),
                .avatar_url = picture_url(json.string("headimgurl").value_or("")),
                .sex = json.integer("sex").value_or(0)};
}

std::string to_text(const Grant& grant) {
  return Json::object()
      .with("access_token", grant.access_token)
      .with("openid", grant.openid)
      .with("unionid", grant.unionid)
      .text();
}

Api::Api(const Config& config)
    : config_(config.weixin.value()),
      http_(config.weixin_timeout, config.worker_threads, config_.ca_file) {}

std::variant<Grant, Snapshot, Refusal> Api::exchange(std::string_view code) {
  return parse_grant(get("/sns/oauth2/access_token?appid=" + percent_encode(config_.appid) +
                         "&secret=" + percent_encode(config_.secret) +
                         "&code=" + percent_encode(code) + "&grant_type=authorization_code"));
}

std::variant<Person, Snapshot, Refusal> Api::person(const Grant& grant) {
  return parse_person(get("/sns/userinfo?access_token=" + percent_encode(grant.access_token) +
                          "&openid=" + percent_encode(grant.openid) + "&lang=zh_CN"),
                      grant);
}

std::string Api::get(const std::string& path_and_query) {
  HttpReply reply = http_.get(config_.api_base + path_and_query);
  if (reply.status != 200) broken("has status " + std::to_string(reply.status));
  return std::move(reply.body);
}

}  // namespace scanlogin::weixin
