// POST /api/user/login/wx/ — begins a login, bound to the browser that asks (api/login_begin.h).
// GET /api/user/login/wx/?uuid=U — the login page polls here until somebody has scanned.
// Input: uuid, the `state` that the page gave WeChat: 1 to 128 of A–Z a–z 0–9 - _ .
// 200 {"code":200,"data":{"token":…}} once, or for a minute to the browser that began the login
// 200 {"code":200,"data":{},"msg":…} while nothing is scanned; else why there is no login
// 502 while WeChat cannot be asked: the next poll tries again. A HEAD never exchanges a code.

#include "api/endpoint.h"
#include "api/login_begin.h"
#include "api/login_response.h"
#include "api/request_actor.h"
#include "domain/login/login.h"
#include "domain/providers/weixin_website.h"

using namespace scanlogin;

struct LoginWx {
  static constexpr auto read_settings = weixin::read_settings;
  LoginWx(App& an_app, const weixin::Settings& settings)
      : app(an_app), provider(settings, app.config.worker_threads) {}
  void tick() { login.tick(); }
  void check() { login.check(); }

  App& app;
  weixin::Website provider;
  Login login{app.config, provider, app.mysql, app.redis, app.log};
};

static Response begin(LoginWx& wx, const Request& request) {
  return begin_login(wx.login, wx.app.config, request, wx.app.log_of(request));
}

static Answer poll(LoginWx& wx, const Request& request) {
  const std::optional<std::string> uuid = request.query("uuid");
  if (!uuid) return params_error("缺少参数 uuid");
  if (!wx.login.uuids().accepts(*uuid)) return params_error("参数 uuid 不合法");
  if (request.method() == "HEAD" || !wx.login.may_have_code(*uuid)) {
    return login_response(NothingScanned{}, wx.app.config, request);
  }
  return Work([&wx, uuid = *uuid](const Request& again) {
    const PendingLogin pending = wx.login.uuids().login_of(uuid, again.header("Cookie"));
    const LoginOutcome outcome = wx.login.poll(pending, actor_of(again), wx.app.log_of(again));
    return login_response(outcome, wx.app.config, again);
  });
}

int main() {
  return serve<LoginWx>({.name = "login-wx", .asks_provider = true},
                        {{"GET", "", poll}, {"POST", "", begin}});
}
