#include "domain/login_reply.h"

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
    return reply(200, "login-refused", "用户取消了登录");
  }
  Response operator()(const weixin::Refusal& refusal) const {
    return reply(200, refusal.errcode, refusal.errmsg);
  }
  Response operator()(const Banned&) const { return reply(200, 1001, "用户已被禁用"); }
  Response operator()(const weixin::Snapshot&) const {
    return reply(200, "snapshot-user", "微信未提供真实身份，请重新扫码");
  }
};

}  // namespace

Response reply_of(const LoginOutcome& outcome) { return std::visit(Replies(), outcome); }

std::optional<Response> refused_beginning(Site::Sender sender, const std::string& origin,
                                          const Log& log) {
  switch (sender) {
    case Site::Sender::site:
      break;
    case Site::Sender::other_site:
      return reply(403, 403, "不允许跨站请求");
    case Site::Sender::other_host:
      log.error("login refused: its page is not at SITE_ORIGIN", {{"site_origin", origin}});
      return reply(403, "other-host", "本站地址是 " + origin + "，请从那里登录");
  }
  return std::nullopt;
}

Response begun_reply(std::string_view uuid, const std::string& site, const WeixinConfig& weixin) {
  return data_response(Json::object()
                           .with("uuid", uuid)
                           .with("appid", weixin.appid)
                           .with("scope", "snsapi_login")
                           .with("redirect_uri", site + "/api/user/login/wx/callback/")
                           .with("js", weixin.js_url));
}

}  // namespace scanlogin
