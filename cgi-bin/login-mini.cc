// POST /api/user/login/mini/ — a WeChat mini-program logs its user in (api/code_login.h).
//
// Input: {"code":…,"nickname"?,"avatar_url"?}; the code is wx.login()'s
// 200 {"code":200,"data":{"token":…}}, else why not; 502: WeChat is away
// 404 where PROVIDERS does not name mini

#include <optional>

#include "api/code_login.h"
#include "api/endpoint.h"
#include "domain/login/login.h"
#include "domain/providers/offered.h"
#include "domain/providers/weixin_mini.h"

using namespace scanlogin;

struct LoginMini {
  static std::optional<weixin::Settings> read_settings(SettingsReader& settings) {
    if (!offers(read_offered(settings), weixin::MiniProgram::kFacts.name)) return std::nullopt;
    return weixin::read_mini_settings(settings);
  }
  LoginMini(App& an_app, const std::optional<weixin::Settings>& settings) : app(an_app) {
    if (!settings) return;
    provider.emplace(*settings, app.config.worker_threads);
    login.emplace(app.config, *provider, app.mysql, app.redis);
  }

  App& app;
  std::optional<weixin::MiniProgram> provider;
  std::optional<Login> login;
};

static Response handle(LoginMini& mini, const Request& request) {
  return mini.login ? login_by_code(*mini.login, mini.app, request) : not_found("接口不存在");
}

int main(int argc, char** argv) {
  return serve<LoginMini>({argc, argv}, {.name = "login-mini", .asks_provider = true},
                          {{"POST", "/api/user/login/mini/", handle}});
}
