#include "api/login_begin.h"

#include <optional>
#include <string>

#include "api/callback_url.h"
#include "api/caller.h"
#include "api/login_path.h"
#include "api/site.h"
#include "domain/login/login_cookie.h"

namespace scanlogin {

std::optional<Response> refused_page(const Site& site, const Request& request, const Log& log) {
  const std::string origin = site.origin(request).value_or("");
  switch (site.sender(request)) {
    case Site::Sender::site:
      break;
    case Site::Sender::other_site:
      return cross_site_response();
    case Site::Sender::other_host:
      log.error("login refused: its page is not at SITE_ORIGIN", {{"site_origin", origin}});
      return message_response(403, "other-host", "本站地址是 " + origin + "，请从那里登录");
  }
  return std::nullopt;
}

std::variant<std::optional<std::int64_t>, Response> link_of(App& app, const Request& request) {
  const auto link = request.query("link");
  if (!link) return std::nullopt;
  if (*link != "1") return params_error("参数 link 不合法");
  auto caller = caller_of(app, request);
  if (auto* refused = std::get_if<Response>(&caller)) return std::move(*refused);
  return std::get<Caller>(caller).user.id;
}

Response with_cookie(Response response, const LoginCookie& cookie, const Login& login,
                     const Site& site, const Request& request) {
  return std::move(response).with(
      "Set-Cookie",
      cookie.set_cookie(login_path(login.provider().facts()), site.is_https(request)));
}

Response begin_login(Login& login, App& app, const Request& request) {
  const Site site(app.config);
  const Log log = app.log_of(request);
  if (!site.origin(request)) return params_error("参数 Host 不合法");
  if (auto refused = refused_page(site, request, log)) return *std::move(refused);
  const auto link = link_of(app, request);
  if (const auto* refused = std::get_if<Response>(&link)) return *refused;
  LoginCookie cookie(request.header("Cookie"));
  const std::string uuid = login.begin(cookie, log, std::nullopt, std::get<0>(link));
  const LoginStart start{.redirect_uri = callback_url(site, login.provider().facts(), request),
                         .next = {}};
  const Redirection redirection = login.uuids().redirection_of(uuid, start);
  return with_cookie(data_response(login.provider().beginning(redirection)), cookie, login, site,
                     request);
}

}  // namespace scanlogin
