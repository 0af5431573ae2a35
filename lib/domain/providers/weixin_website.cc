#include "domain/providers/weixin_website.h"

namespace scanlogin::weixin {
namespace {

constexpr const char* kScope = "snsapi_login";

}  // namespace

Json Website::beginning(const Redirection& redirection) {
  return Json::object()
      .with("uuid", redirection.state)
      .with("appid", settings().appid)
      .with("scope", kScope)
      .with("redirect_uri", redirection.redirect_uri)
      .with("js", settings().js_url);
}

std::string Website::authorize_url(const Redirection& redirection) {
  return consent_url("/connect/qrconnect", kScope, redirection);
}

}  // namespace scanlogin::weixin
