#include "api/login_begin.h"

#include <optional>
#include <string>
#include <string_view>

#include "api/site.h"
#include "domain/login/browser.h"

namespace scanlogin {
namespace {

std::optional<Response> refused_beginning(Site::Sender sender, const std::string& origin,
                                          const Log& log) {
  switch (sender) {
    case Site::Sender::site:
      break;
    case Site::Sender::other_site:
      return reply(403, 403, "不允许跨站请求");
    case Site::Sender::other_host:
      log.error("login refused: its page is not at SITE_ORIGIN", {{"site_origin", origin}});
      return reply(403, "other-host", "本站地址是 " + origin + "，请从那里登录");
  }
  return std::nullopt;
}

Response begun_reply(std::string_view uuid, const std::string& site, const WeixinConfig& weixin) {
  return data_response(Json::object()
                           .with("uuid", uuid)
                           .with("appid", weixin.appid)
                           .with("scope", "snsapi_login")
                           .with("redirect_uri", site + "/api/user/login/wx/callback/")
                           .with("js", weixin.js_url));
}

}  // namespace

Response begin_login(Login& login, const Config& config, const Request& request, const Log& log) {
  const Site site(config);
  const std::optional<std::string> origin = site.origin(request);
  if (!origin) return params_error("参数 Host 不合法");
  if (auto refused = refused_beginning(site.sender(request), *origin, log)) return *refused;
  Browser browser(request.header("Cookie"));
  const std::string uuid = login.begin(browser, log);
  return begun_reply(uuid, *origin, *config.weixin)
      .with("Set-Cookie", browser.set_cookie(site.is_https(request)));
}

}  // namespace scanlogin
