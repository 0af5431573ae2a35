#pragma once

#include <chrono>
#include <string>

#include "base/settings_reader.h"

namespace scanlogin::weixin {

struct Settings {
  std::string appid;   // WX_APPID
  std::string secret;  // WX_SECRET or WX_SECRET_FILE
  // WX_API_BASE: scheme and host without a slash at the end.
  std::string api_base = "https://api.weixin.qq.com";
  // WX_CA_FILE: the authorities whose certificates it may show, in PEM form; empty: the system's.
  std::string ca_file;
  // WX_OPEN_BASE: likewise, of the pages that a person sees.
  std::string open_base = "https://open.weixin.qq.com";
  // WX_JS_URL: the script that shows WeChat's QR code on a page.
  std::string js_url = "https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js";
  std::chrono::milliseconds timeout{5000};  // WX_TIMEOUT_MS: one call, connect included
};

// Each read as SettingsReader says; WX_APPID and WX_SECRET have to be there.
Settings read_settings(SettingsReader& settings);

}  // namespace scanlogin::weixin
