// GET /api/user/login/wx/callback/?code=C&state=U — WeChat sends the person's browser here.
//
// Input: code, at most 512 bytes, no control characters, or none if the person refused; state, the
// uuid; site, the origin where it began, if not the site's first; the cookie `scanlogin`
// 200, a page for FRAME_ANCESTORS to frame: scanned; refused; or, to another browser, not done
// 303 to login/wx/finish/ if WeChat had the whole window, 302 to the host where the login began
// 200 {"code":"params-error","msg":…} for what is missing or malformed. Asks WeChat nothing.

#include "api/callback_pages.h"
#include "api/callback_request.h"
#include "api/endpoint.h"
#include "api/login_redirect.h"
#include "domain/login/login_outcome.h"
#include "domain/login/login_store.h"
#include "domain/providers/weixin_website.h"

using namespace scanlogin;

struct Callback {
  explicit Callback(App& an_app) : app(an_app) {}
  App& app;
  LoginStore logins{app.redis, weixin::Website::kFacts.name};
  const Site site{app.config};
  const LoginUuids uuids{app.config, weixin::Website::kFacts.name};
  const CallbackPages pages{app.config};
};

static Response handle(Callback& callback, const Request& request) {
  const auto read = read_callback(request, callback.uuids, callback.site, weixin::Website::kFacts);
  if (const auto* answer = std::get_if<Response>(&read)) return *answer;
  const auto& [uuid, code] = std::get<CallbackRequest>(read);
  const Response& page = code ? callback.pages.success : callback.pages.refused;
  if (request.method() == "HEAD") return page;
  const PendingLogin login = callback.uuids.login_of(uuid, request.header("Cookie"));
  const LoginStore::Kept kept =
      code ? callback.logins.store(login, *code) : callback.logins.end(login, to_text(Cancelled{}));
  if (kept == LoginStore::Kept::none) {
    if (auto led_back = callback.pages.led_back(request)) return *std::move(led_back);
    callback.app.log_of(request).info("scan refused: not the browser that began the login");
    return callback.pages.other_browser;
  }
  callback.app.log_of(request).debug(code ? "code stored" : "login refused by the person");
  if (kept == LoginStore::Kept::redirect) return lead_to_finish(weixin::Website::kFacts, uuid);
  return page;
}

int main(int argc, char** argv) {
  return serve<Callback>({argc, argv}, {.name = "login-wx-callback", .asks_mysql = false},
                         {{"GET", "", handle}});
}
