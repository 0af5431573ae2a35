// The logins by a redirect, at every provider of PROVIDERS but WeChat's website login.
//
// GET /api/user/login/ — the ways in (api/login_list.h)
// GET /api/user/login/NAME/start/?next=/path, /finish/?state=U — lead the browser to the provider
//     and on from it (api/login_redirect.h)
// POST /api/user/login/NAME/?next=/path — the same as start for a page: {"uuid","url"}
// GET /api/user/login/NAME/?uuid=U[&wait=S] — the poll, as login-wx answers it
// 404 for a NAME that the site does not offer

#include "api/endpoint.h"
#include "api/login_redirect.h"
#include "api/redirect_logins.h"

using namespace scanlogin;

struct LoginOauth : RedirectLogins {
  static constexpr auto read_settings = read_offered;
  LoginOauth(App& an_app, const std::vector<Offered>& offered)
      : RedirectLogins(an_app, offered), app(an_app) {}

  App& app;
};

static Answer list(LoginOauth& oauth, const Request& request) {
  return login_list(oauth.ways(), request);
}

static Answer poll(LoginOauth& oauth, const Request& request) {
  RedirectLogin* at = oauth.of(request);
  return at == nullptr ? not_found("接口不存在") : at->polls.answer(request);
}

template <Response (*step)(Login&, App&, const Request&)>
static Response by(LoginOauth& oauth, const Request& request) {
  RedirectLogin* at = oauth.of(request);
  return at == nullptr ? not_found("接口不存在") : step(at->login, oauth.app, request);
}

int main(int argc, char** argv) {
  return serve<LoginOauth>({argc, argv}, {.name = "login-oauth", .asks_provider = true},
                           {{"GET", "/api/user/login/", list},
                            {"GET", "/api/user/login/{provider}/start/", by<start_login>},
                            {"GET", "/api/user/login/{provider}/finish/", by<finish_login>},
                            {"GET", "/api/user/login/{provider}/", poll},
                            {"POST", "/api/user/login/{provider}/", by<begin_redirect>}});
}
