#include "domain/providers/weixin_settings.h"

#include "base/url.h"
#include "domain/providers/provider_settings.h"

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

// prefix: of the app's own settings.
Settings read_app(SettingsReader& settings, const std::string& prefix) {
  Settings weixin;
  weixin.appid = settings.text(prefix + "_APPID", "");
  settings.require(prefix + "_APPID", weixin.appid, "the app id WeChat gave you");
  weixin.secret = settings.secret(prefix + "_SECRET");
  settings.require(prefix + "_SECRET", weixin.secret, "the app's secret at WeChat");
  weixin.api_base = base_url(settings, "WX_API_BASE", weixin.api_base);
  weixin.open_base = base_url(settings, "WX_OPEN_BASE", weixin.open_base);
  weixin.ca_file = read_ca_file(settings, "WX", "WX_API_BASE", weixin.api_base);
  weixin.timeout = read_timeout(settings, "WX");
  return weixin;
}

}  // namespace

Settings read_settings(SettingsReader& settings) {
  Settings weixin = read_app(settings, "WX");
  weixin.js_url = settings.text("WX_JS_URL", weixin.js_url);
  if (host_in_url(weixin.js_url) == 0) {
    settings.fault(
        "WX_JS_URL",
        "must be a URL like https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js");
  }
  return weixin;
}

Settings read_account_settings(SettingsReader& settings) { return read_app(settings, "MP"); }

Settings read_mini_settings(SettingsReader& settings) { return read_app(settings, "MINI"); }

}  // namespace scanlogin::weixin
