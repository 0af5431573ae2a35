#include "api/login_response.h"

#include "api/token_cookie.h"

namespace scanlogin {
namespace {

struct Replies {
  Response operator()(const NothingScanned&) const {
    return json_response(200, Json::object()
                                  .with("code", 200)
                                  .with("data", Json::object())
                                  .with("msg", "找不到该 uuid 匹配的 code"));
  }
  Response operator()(const LoggedIn& in) const {
    return data_response(Json::object().with("token", in.token));
  }
  Response operator()(const Cancelled&) const {
    return message_response(200, "login-refused", "用户取消了登录");
  }
  Response operator()(const ConsentNeeded&) const {
    return message_response(200, "consent-needed", "请授权后登录");
  }
  Response operator()(const Refusal& refusal) const {
    return std::visit([&](const auto& code) { return message_response(200, code, refusal.msg); },
                      refusal.code);
  }
  Response operator()(const Linked& linked) const {
    return data_response(Json::object().with("linked", linked.provider));
  }
  Response operator()(const IdentityTaken&) const {
    return message_response(200, "identity-taken", "该账号已绑定其他用户");
  }
  Response operator()(const Banned&) const { return message_response(200, 1001, "用户已被禁用"); }
};

}  // namespace

Response login_response(const LoginOutcome& outcome, const Config& config, const Request& request) {
  Response response = std::visit(Replies(), outcome);
  const auto* in = std::get_if<LoggedIn>(&outcome);
  return in == nullptr ? response
                       : TokenCookie(config).set(std::move(response), request, in->token);
}

}  // namespace scanlogin
