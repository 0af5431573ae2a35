#include "api/code_login.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/login_begin.h"
#include "api/login_response.h"
#include "api/request_actor.h"
#include "api/site.h"
#include "base/json.h"
#include "domain/providers/provider_text.h"

namespace scanlogin {
namespace {

struct CodeAndProfile {
  std::string code;
  OwnWord own_word;
};

Response invalid_member(std::string_view name) {
  return params_error("参数 " + std::string(name) + " 不合法");
}

// The member's text; empty without one. Nothing for what is no text.
std::optional<std::string> text_in(const Json& body, const char* name) {
  return body.has(name) ? body.string(name) : "";
}

std::variant<CodeAndProfile, Response> body_of(const Request& request,
                                               const ProviderFacts& provider) {
  const std::optional<Json> body = Json::parse(request.body());
  if (!body || !body->is_object()) return params_error("请求体不是 JSON 对象");
  if (!body->has("code")) return params_error("缺少参数 code");
  auto code = body->string("code");
  if (!code || !is_code(provider, *code)) return invalid_member("code");
  const auto nickname = text_in(*body, "nickname");
  if (!nickname) return invalid_member("nickname");
  const auto avatar = text_in(*body, "avatar_url");
  if (!avatar || (!avatar->empty() && picture_url(*avatar).empty())) {
    return invalid_member("avatar_url");
  }
  return CodeAndProfile{
      .code = *std::move(code),
      .own_word = {.nickname = without_control(*nickname), .avatar_url = *avatar}};
}

}  // namespace

Response login_by_code(Login& login, App& app, const Request& request) {
  const Log log = app.log_of(request);
  if (auto refused = refused_page(Site(app.config), request, log)) return *std::move(refused);
  auto read = body_of(request, login.provider().facts());
  if (auto* wrong = std::get_if<Response>(&read)) return std::move(*wrong);
  auto& said = std::get<CodeAndProfile>(read);
  PendingLogin pending = login.begin_with_code(said.code);
  pending.own_word = std::move(said.own_word);
  const LoginOutcome outcome = login.poll(pending, actor_of(request), log);
  if (std::holds_alternative<NothingScanned>(outcome)) {
    return json_response(200, Json::object()
                                  .with("code", 200)
                                  .with("data", Json::object())
                                  .with("msg", "正在登录，请稍后再试"));
  }
  return login_response(outcome, app.config, request);
}

}  // namespace scanlogin
