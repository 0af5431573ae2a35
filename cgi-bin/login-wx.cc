// POST /api/user/login/wx/ — begins a login, bound to the browser that asks (api/login_begin.h).
// GET /api/user/login/wx/?uuid=U[&wait=S] — the login page polls here until somebody has scanned.
// Input: uuid, the `state` that the page gave WeChat; wait, seconds to be held (api/login_polls.h)
// 200 {"code":200,"data":{"token":…}} once, or for a minute to the browser that began the login
// 200 {"code":200,"data":{},"msg":…} while nothing is scanned, else why not; 502: WeChat is away

#include "api/endpoint.h"
#include "api/login_begin.h"
#include "api/login_polls.h"
#include "domain/login/login.h"
#include "domain/providers/weixin_website.h"

using namespace scanlogin;

struct LoginWx {
  static constexpr auto read_settings = weixin::read_settings;
  LoginWx(App& an_app, const weixin::Settings& settings)
      : app(an_app), provider(settings, app.config.worker_threads) {}
  void tick() {
    login.tick();
    polls.tick();
  }
  void check() {
    login.check();
    polls.check();
  }
  void drain() { polls.drain(); }

  App& app;
  weixin::Website provider;
  Login login{app.config,
              provider,
              app.mysql,
              app.redis,
              app.loop,
              app.log,
              [this](const std::string& uuid) { polls.wake(uuid); }};
  LoginPolls polls{app, login};
};

static Response begin(LoginWx& wx, const Request& request) {
  return begin_login(wx.login, wx.app.config, request, wx.app.log_of(request));
}

static Answer poll(LoginWx& wx, const Request& request) { return wx.polls.answer(request); }

int main() {
  return serve<LoginWx>({.name = "login-wx", .asks_provider = true},
                        {{"GET", "", poll}, {"POST", "", begin}});
}
