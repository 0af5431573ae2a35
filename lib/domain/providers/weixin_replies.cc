#include "domain/providers/weixin_replies.h"

#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "domain/providers/json_reply.h"
#include "domain/providers/provider_text.h"

namespace scanlogin::weixin {
namespace {

constexpr std::size_t kLongestToken = 2048;
constexpr const char* kSnapshotUser = "snapshot-user";
constexpr const char* kSilentScope = "snsapi_base";
constexpr std::string_view kLabel = "WeChat";

using ReadNumber = std::optional<std::int64_t> (*)(const Json& json, const char* key);

std::optional<std::int64_t> number(const Json& json, const char* key) { return json.integer(key); }

std::optional<std::int64_t> number_or_text(const Json& json, const char* key) {
  const std::optional<std::string> text = json.string(key);
  return text ? whole_number(*text) : json.integer(key);
}

// The call's refusal, if it is one: errcode 0 is success, as good as none.
std::optional<Refusal> refusal_in(const JsonReply& reply, std::string_view call,
                                  ReadNumber read_errcode = number) {
  const Json& json = reply.json();
  if (json.has("errcode")) {
    const std::optional<std::int64_t> errcode = read_errcode(json, "errcode");
    if (!errcode) reply.broken("has an errcode that is no whole number");
    if (*errcode != 0) {
      return Refusal{.code = *errcode,
                     .msg = json.string("errmsg").value_or(""),
                     .call = call,
                     .operators_mistake = is_operators_error(*errcode)};
    }
  }
  if (json.integer("is_snapshotuser") == 1) {
    return Refusal{.code = kSnapshotUser,
                   .msg = "微信未提供真实身份，请重新扫码",
                   .call = call,
                   .reason = "virtual visitor"};
  }
  return std::nullopt;
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

bool is_snapshot_user(const Refusal& refusal) {
  const auto* code = std::get_if<std::string>(&refusal.code);
  return code != nullptr && *code == kSnapshotUser;
}

std::vector<Identity> identities_of(const std::string& unionid, const std::string& openid,
                                    std::string_view openid_type) {
  std::vector<Identity> all;
  if (!unionid.empty()) all.push_back({std::string(kUnionid), unionid});
  all.push_back({std::string(openid_type), openid});
  return all;
}

std::variant<AccessGrant, Refusal> parse_grant(std::string_view body, bool silent) {
  const JsonReply reply(kLabel, body);
  if (auto refusal = refusal_in(reply, "access_token")) return *std::move(refusal);
  const std::string scope = reply.json().string("scope").value_or("");
  return AccessGrant{.access_token = reply.required("access_token", kLongestToken),
                     .openid = reply.required("openid", kLongestIdentity),
                     .unionid = reply.identifier("unionid", kLongestIdentity),
                     .silent = scope.empty() ? silent : scope == kSilentScope};
}

std::variant<Person, Refusal> parse_person(std::string_view body, const AccessGrant& grant,
                                           std::string_view openid_type) {
  const JsonReply reply(kLabel, body);
  if (std::optional<Refusal> refusal = refusal_in(reply, "userinfo")) {
    const auto* errcode = std::get_if<std::int64_t>(&refusal->code);
    refusal->passes = errcode != nullptr && passes(*errcode);
    return *std::move(refusal);
  }
  const std::string openid =
      reply.agreed(reply.required("openid", kLongestIdentity), grant.openid, "openid");
  const std::string unionid =
      reply.agreed(reply.identifier("unionid", kLongestIdentity), grant.unionid, "unionid");
  return Person{.identities = identities_of(unionid, openid, openid_type),
                .nickname = without_control(reply.json().string("nickname").value_or("")),
                .avatar_url = picture_url(reply.json().string("headimgurl").value_or("")),
                .gender = gender_of(reply.json().integer("sex").value_or(0))};
}

std::variant<CodeSession, Refusal> parse_code_session(std::string_view body) {
  const JsonReply reply(kLabel, body);
  if (auto refusal = refusal_in(reply, "jscode2session", number_or_text)) {
    return *std::move(refusal);
  }
  return CodeSession{.openid = reply.required("openid", kLongestIdentity),
                     .unionid = reply.identifier("unionid", kLongestIdentity)};
}

std::string to_text(const AccessGrant& grant) {
  Json json = Json::object()
                  .with("access_token", grant.access_token)
                  .with("openid", grant.openid)
                  .with("unionid", grant.unionid);
  if (grant.silent) json = std::move(json).with("scope", kSilentScope);
  return json.text();
}

std::string to_text(const CodeSession& session) {
  return Json::object().with("openid", session.openid).with("unionid", session.unionid).text();
}

}  // namespace scanlogin::weixin
