#include "domain/providers/oidc_replies.h"

#include <initializer_list>

#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "domain/providers/id_token.h"
#include "domain/providers/provider_text.h"

namespace scanlogin::oidc {
namespace {

constexpr std::size_t kLargestReply = 128 * 1024;
constexpr std::size_t kLongestToken = 8192;
constexpr std::size_t kLongestError = 64;
constexpr std::size_t kLongestDescription = 200;  // characters
constexpr std::size_t kLongestName = 200;         // characters
constexpr std::size_t kLongestPicture = 2048;
constexpr std::string_view kTokenCall = "token";
constexpr std::string_view kUserinfoCall = "userinfo";

[[noreturn]] void broken(std::string_view call, const std::string& what) {
  throw Error(ErrorKind::upstream, "the reply of the " + std::string(call) + " endpoint " + what);
}

std::optional<Json> object_in(const std::string& body) {
  if (body.size() > kLargestReply) return std::nullopt;
  std::optional<Json> json = Json::parse(readable(body));
  if (json && !json->is_object()) json.reset();
  return json;
}

std::string status_of(const HttpResponse& reply) {
  return "has status " + std::to_string(reply.status);
}

bool is_access_token(const std::string& text) {
  return !text.empty() && text.size() <= kLongestToken && is_visible_ascii(text);
}

std::string description_in(const Json& json) {
  const std::string text = without_control(json.string("error_description").value_or(""));
  return std::string(utf8_cut(text, kLongestDescription));
}

Refusal refusal_of(const Json& json) {
  const std::string error = json.string("error").value_or("");
  const bool operators_mistake = error == "invalid_client" || error == "unauthorized_client";
  if (error != "invalid_grant" && !operators_mistake) {
    const bool plain = !error.empty() && error.size() <= kLongestError && is_visible_ascii(error);
    broken(kTokenCall, "is the error " + (plain ? error : "of an unusable name"));
  }
  return {.code = error,
          .msg = description_in(json),
          .call = kTokenCall,
          .operators_mistake = operators_mistake};
}

Refusal userinfo_refusal(const char* code, const char* reason, bool operators_mistake) {
  return {.code = code,
          .call = kUserinfoCall,
          .reason = reason,
          .operators_mistake = operators_mistake};
}

std::string first_text(const Json& json, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::string text = without_control(json.string(name).value_or(""));
    if (!text.empty()) return text;
  }
  return "";
}

}  // namespace

std::variant<TokenReply, Refusal> parse_token_reply(const HttpResponse& reply) {
  const std::optional<Json> json = object_in(reply.body);
  if (json && json->has("error") && reply.status < 500) return refusal_of(*json);
  if (reply.status != 200) broken(kTokenCall, status_of(reply));
  if (!json) broken(kTokenCall, "is not a JSON object");
  if (ascii_lower(json->string("token_type").value_or("")) != "bearer") {
    broken(kTokenCall, "has a token_type other than Bearer");
  }
  TokenReply tokens{.access_token = json->string("access_token").value_or(""),
                    .id_token = json->string("id_token").value_or("")};
  if (!is_access_token(tokens.access_token)) broken(kTokenCall, "has no usable access_token");
  if (tokens.id_token.empty()) broken(kTokenCall, "has no id_token");
  return tokens;
}

std::variant<Profile, Refusal> parse_userinfo(const HttpResponse& reply, std::string_view subject) {
  if (reply.status == 401) {
    return userinfo_refusal("invalid_token", "the access token is refused", false);
  }
  if (reply.status == 403) {
    return userinfo_refusal("insufficient_scope", "the scope is too narrow", true);
  }
  if (reply.status != 200) broken(kUserinfoCall, status_of(reply));
  const std::optional<Json> json = object_in(reply.body);
  if (!json) broken(kUserinfoCall, "is not a JSON object");
  if (json->string("sub") != subject) broken(kUserinfoCall, "is not about the id_token's sub");
  return make_profile(first_text(*json, {"name", "nickname", "preferred_username"}),
                      json->string("picture").value_or(""));
}

Profile make_profile(const std::string& nickname, const std::string& picture) {
  return {.nickname = std::string(utf8_cut(without_control(nickname), kLongestName)),
          .avatar_url = picture.size() <= kLongestPicture ? picture_url(picture) : ""};
}

std::string to_text(const KeptGrant& grant) {
  return Json::object()
      .with("iss", grant.issuer)
      .with("sub", grant.subject)
      .with("access_token", grant.access_token)
      .with("name", grant.profile.nickname)
      .with("picture", grant.profile.avatar_url)
      .text();
}

std::optional<KeptGrant> parse_kept_grant(std::string_view text, std::string_view issuer) {
  const std::optional<Json> json = Json::parse(text);
  if (!json || !json->is_object() || json->string("iss") != issuer) return std::nullopt;
  KeptGrant grant{.issuer = std::string(issuer),
                  .subject = json->string("sub").value_or(""),
                  .access_token = json->string("access_token").value_or(""),
                  .profile = make_profile(json->string("name").value_or(""),
                                          json->string("picture").value_or(""))};
  const bool plain_token = grant.access_token.empty() || is_access_token(grant.access_token);
  if (!is_subject(grant.subject) || !plain_token) return std::nullopt;
  return grant;
}

}  // namespace scanlogin::oidc
