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

#include "domain/endpoint.h"
#include "domain/login.h"
#include "domain/login_reply.h"
#include "domain/site.h"

using namespace scanlogin;

static Response begin(Login& login, const Request& request) {
  const Site site(login.app().config);
  const std::optional<std::string> origin = site.origin(request);
  if (!origin) return params_error("参数 Host 不合法");
  const Log log = login.app().log_of(request);
  if (auto refused = refused_beginning(site.sender(request), *origin, log)) return *refused;
  Browser browser(request.header("Cookie"));
  const std::string uuid = login.begin(browser, log);
  return begun_reply(uuid, *origin, *login.app().config.weixin)
      .with("Set-Cookie", browser.set_cookie(site.is_https(request)));
}

// What needs no code to be answered.
static std::optional<Response> at_once(Login& login, const Request& request) {
  if (request.method() == "POST") return std::nullopt;
  const std::optional<std::string> uuid = request.query("uuid");
  if (!uuid) return params_error("缺少参数 uuid");
  if (!login.app().uuids.accepts(*uuid)) return params_error("参数 uuid 不合法");
  if (request.method() != "HEAD" && login.may_have_code(*uuid)) return std::nullopt;
  return reply_of(NothingScanned{});
}

static Response handle(Login& login, const Request& request) {
  if (request.method() == "POST") return begin(login, request);
  const PendingLogin pending = login.app().uuids.login_of(request.query("uuid").value(), request);
  return reply_of(login.poll(pending, actor_of(request), login.app().log_of(request)));
}

int main() {
  return serve({.name = "login-wx", .methods = "GET, HEAD, POST", .weixin = Weixin::required},
               handle, at_once);
}
