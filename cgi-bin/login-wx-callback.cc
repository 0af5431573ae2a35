// GET /api/user/login/wx/callback/?code=C&state=U — WeChat sends the person's browser here.
//
// Input: code, what WeChat gives for the scan: at most 512 bytes, no control characters; none if
// the person refused; state, the uuid that the login page polls with; site, the origin where the
// login began, if it is not the site's first; the cookie `scanlogin`
// 200, a page for FRAME_ANCESTORS to frame: the scan is done, or refused; or, to a browser that did
// not begin this login, that nothing came of it
// 302 to the callback on the host where the login began (api/callback_url.h)
// 200 {"code":"params-error","msg":…} for what is missing or malformed
// Keeps the code, or the refusal, for the poll; asks WeChat nothing.

#include "api/callback_pages.h"
#include "api/callback_request.h"
#include "api/endpoint.h"
#include "domain/login/login_outcome.h"
#include "domain/login/login_store.h"
#include "domain/providers/weixin_website.h"

using namespace scanlogin;

struct Callback {
  explicit Callback(App& an_app) : app(an_app) {}

  App& app;
  LoginStore logins{app.redis};
  const Site site{app.config};
  const LoginUuids uuids{app.config};
  const CallbackPages pages{app.config};
};

static Response handle(Callback& callback, const Request& request) {
  const auto read = read_callback(request, callback.uuids, callback.site, weixin::Website::kFacts);
  if (const auto* answer = std::get_if<Response>(&read)) return *answer;
  const auto& [uuid, code] = std::get<CallbackRequest>(read);

  const Response& page = code ? callback.pages.success : callback.pages.refused;
  if (request.method() == "HEAD") return page;
  const PendingLogin login = callback.uuids.login_of(uuid, request.header("Cookie"));
  const bool kept =
      code ? callback.logins.store(login, *code) : callback.logins.end(login, to_text(Cancelled{}));
  if (!kept) {
    if (auto led_back = callback.pages.led_back(request)) return *std::move(led_back);
    callback.app.log_of(request).info("scan refused: not the browser that began the login");
    return callback.pages.other_browser;
  }
  callback.app.log_of(request).debug(code ? "code stored" : "login refused by the person");
  return page;
}

int main() { return serve<Callback>({.name = "login-wx-callback"}, {{"GET", "", handle}}); }
