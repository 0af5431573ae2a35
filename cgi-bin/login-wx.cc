// POST /api/user/login/wx/ — begins a login, bound to the browser that asks (api/login_begin.h).
// GET /api/user/login/wx/?uuid=U[&wait=S] — the login page polls here until somebody has scanned.
// Input: uuid, the `state` that the page gave WeChat; wait, seconds to be held (api/login_polls.h)
// 200 {"code":200,"data":{"token":…}} once, or for a minute to the browser that began the login
// 200 {"code":200,"data":{},"msg":…} while nothing is scanned, else why not; 502: WeChat is away
// GET /api/user/login/wx/start/?next=/path, /finish/?state=U — with WeChat in the whole window
// 302, 303: lead the browser on (api/login_redirect.h)

#include "api/endpoint.h"
#include "api/login_begin.h"
#include "api/login_polls.h"
#include "api/login_redirect.h"
#include "domain/login/login.h"
#include "domain/providers/weixin_website.h"

using namespace scanlogin;

struct LoginWx {
  static constexpr auto read_settings = weixin::read_settings;
  LoginWx(App& an_app, const weixin::Settings& settings)
      : app(an_app), provider(settings, app.config.worker_threads) {}
  void tick() { polls.tick(); }
  void check() { polls.check(); }
  void drain() { polls.drain(); }

  App& app;
  weixin::Website provider;
  Login login{app.config, provider, app.mysql, app.redis};
  LoginPolls polls{app, login};
};

static Answer poll(LoginWx& wx, const Request& request) { return wx.polls.answer(request); }

template <Response (*step)(Login&, App&, const Request&)>
static Response by(LoginWx& wx, const Request& request) {
  return step(wx.login, wx.app, request);
}

int main(int argc, char** argv) {
  return serve<LoginWx>({argc, argv}, {.name = "login-wx", .asks_provider = true},
                        {{"GET", "/api/user/login/wx/start/", by<start_login>},
                         {"GET", "/api/user/login/wx/finish/", by<finish_login>},
                         {"GET", "", poll},
                         {"POST", "", by<begin_login>}});
}
