#include "domain/providers/weixin_settings.h"

#include "base/certificates.h"
#include "base/url.h"

namespace scanlogin::weixin {
namespace {

// Scheme and host, without a slash at the end.
std::string base_url(SettingsReader& settings, const std::string& name,
                     const std::string& fallback) {
  std::string url = settings.text(name, fallback);
  while (url.ends_with('/')) url.pop_back();
  if (host_in_url(url) == 0) settings.fault(name, "must be a URL like " + fallback);
  return url;
}

}  // namespace

Settings read_settings(SettingsReader& settings) {
  Settings weixin;
  weixin.appid = settings.text("WX_APPID", "");
  settings.require("WX_APPID", weixin.appid, "the app id WeChat gave you");
  weixin.secret = settings.secret("WX_SECRET");
  settings.require("WX_SECRET", weixin.secret, "the app's secret at WeChat");
  weixin.api_base = base_url(settings, "WX_API_BASE", weixin.api_base);
  weixin.open_base = base_url(settings, "WX_OPEN_BASE", weixin.open_base);
  weixin.ca_file = read_ca_file(settings, "WX_CA_FILE");
  if (!weixin.ca_file.empty() && weixin.api_base.starts_with("http://")) {
    settings.fault("WX_CA_FILE", "has no effect, since WX_API_BASE is not https");
  }
  weixin.js_url = settings.text("WX_JS_URL", weixin.js_url);
  if (host_in_url(weixin.js_url) == 0) {
    settings.fault(
        "WX_JS_URL",
        "must be a URL like https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js");
  }
  weixin.timeout = std::chrono::milliseconds(
      settings.integer("WX_TIMEOUT_MS", static_cast<int>(weixin.timeout.count()), 100, 60000));
  return weixin;
}

}  // namespace scanlogin::weixin
