#include "api/login_reply.h"

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

}  // namespace scanlogin
