// GET /api/user/login/wx/?uuid=U — the login page polls here until somebody has scanned.
//
// Input: uuid, the `state` that the page gave WeChat: 1 to 128 of A–Z a–z 0–9 - _ .
// 200 {"code":200,"data":{"token":…}} once; the user's other device is logged out
// 200 {"code":200,"data":{},"msg":…} while nothing is scanned
// 200 {"code":…,"msg":…} for a bad uuid, and when the login is refused
// 502 while WeChat cannot be asked: the next poll tries again
// A HEAD never exchanges a code: the token would be lost with the body.

#include "domain/endpoint.h"
#include "domain/login.h"

using namespace scanlogin;

struct Poll {
  explicit Poll(App& an_app) : app(an_app), login(an_app) {}
  App& app;
  Login login;

  Response operator()(const NothingScanned&) const {
    return json_response(200, Json::object()
                                  .with("code", 200)
                                  .with("data", Json::object())
                                  .with("msg", "找不到该 uuid 匹配的 code"));
  }
  Response operator()(const LoggedIn& in) const {
    return data_response(Json::object().with("token", in.token));
  }
  Response operator()(const weixin::Refusal& refusal) const {
    return reply(200, refusal.errcode, refusal.errmsg);
  }
  Response operator()(const Banned&) const { return reply(200, 1001, "用户已被禁用"); }
  Response operator()(const weixin::Snapshot&) const {
    return reply(200, "snapshot-user", "微信未提供真实身份，请重新扫码");
  }
};

static Response handle(Poll& poll, const Request& request) {
  const std::optional<std::string> uuid = request.query("uuid");
  if (!uuid) return params_error("缺少参数 uuid");
  if (!is_uuid(*uuid)) return params_error("参数 uuid 不合法");
  if (request.method() == "HEAD") return poll(NothingScanned{});
  const Origin origin{std::string(request.client()), request.header("User-Agent")};
  return std::visit(poll, poll.login.poll(*uuid, origin, poll.app.log_of(request)));
}

int main() {
  return serve({.name = "login-wx", .method = "GET", .weixin = Weixin::required}, handle);
}
