// POST /api/user/login/wx/ — begins a login that is bound to the browser which asks for it.
// Input: the cookie `scanlogin` of this browser's other logins, if there are any.
// 200 {"code":200,"data":{uuid, appid, scope, redirect_uri, js}} and a cookie, without which the
// uuid is worth nothing; 403 for the page of another site, or one that is not at SITE_ORIGIN
// GET /api/user/login/wx/?uuid=U — the login page polls here until somebody has scanned.
// Input: uuid, the `state` that the page gave WeChat: 1 to 128 of A–Z a–z 0–9 - _ .
// 200 {"code":200,"data":{"token":…}} once, or for a minute to the browser that began the login
// 200 {"code":200,"data":{},"msg":…} while nothing is scanned; else why there is no login
// 502 while WeChat cannot be asked: the next poll tries again
// A HEAD never exchanges a code: the token would be lost with the body.

#include "api/endpoint.h"
#include "api/login_begin.h"
#include "api/login_reply.h"
#include "api/request_actor.h"
#include "domain/login/login.h"

using namespace scanlogin;

struct LoginWx {
  explicit LoginWx(App& an_app) : app(an_app) {}
  void tick() { login.tick(); }
  void check() { login.check(); }

  App& app;
  Login login{app.config, app.mysql, app.redis, app.log};
};

// What needs no code to be answered.
static std::optional<Response> at_once(LoginWx& wx, const Request& request) {
  if (request.method() == "POST") return std::nullopt;
  const std::optional<std::string> uuid = request.query("uuid");
  if (!uuid) return params_error("缺少参数 uuid");
  if (!wx.login.uuids().accepts(*uuid)) return params_error("参数 uuid 不合法");
  if (request.method() != "HEAD" && wx.login.may_have_code(*uuid)) return std::nullopt;
  return reply_of(NothingScanned{});
}

static Response handle(LoginWx& wx, const Request& request) {
  const Log log = wx.app.log_of(request);
  if (request.method() == "POST") return begin_login(wx.login, wx.app.config, request, log);
  const PendingLogin pending =
      wx.login.uuids().login_of(request.query("uuid").value(), request.header("Cookie"));
  return reply_of(wx.login.poll(pending, actor_of(request), log));
}

int main() {
  return serve({.name = "login-wx", .methods = "GET, HEAD, POST", .weixin = Weixin::required},
               handle, at_once);
}
