#pragma once

#include <chrono>
#include <string>

#include "base/settings_reader.h"

namespace scanlogin::weixin {

// Of one app at WeChat. What begins with WX_ is the same for all of them, but for WX_APPID and
// WX_SECRET.
struct Settings {
  std::string appid;   // WX_APPID, MP_APPID or MINI_APPID
  std::string secret;  // WX_SECRET, MP_SECRET or MINI_SECRET; each may come as NAME_FILE
  // WX_API_BASE: scheme and host without a slash at the end.
  std::string api_base = "https://api.weixin.qq.com";
  // WX_CA_FILE: the authorities whose certificates it may show, in PEM form; empty: the system's.
  std::string ca_file;
  // WX_OPEN_BASE: likewise, of the pages that a person sees.
  std::string open_base = "https://open.weixin.qq.com";
  // WX_JS_URL: the script that shows WeChat's QR code on a page. Read for the website alone.
  std::string js_url = "https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js";
  std::chrono::milliseconds timeout{5000};  // WX_TIMEOUT_MS: one call, connect included
};

// Each read as SettingsReader says; the app's id and secret have to be there. Of the website, of
// the official account, and of the mini-program.
Settings read_settings(SettingsReader& settings);
Settings read_account_settings(SettingsReader& settings);
Settings read_mini_settings(SettingsReader& settings);

}  // namespace scanlogin::weixin
