#pragma once

#include <chrono>
#include <string>

#include "base/settings_reader.h"

namespace scanlogin::wecom {

struct Settings {
  std::string corpid;    // WECOM_CORPID: the company's
  std::string agent_id;  // WECOM_AGENT_ID: the number of the company's app
  std::string secret;    // WECOM_SECRET or WECOM_SECRET_FILE: that app's
  // Each a URL to which secrets may be sent, without a slash at the end
  // (domain/providers/provider_settings.h).
  std::string api_base = "https://qyapi.weixin.qq.com";         // WECOM_API_BASE: the API
  std::string login_base = "https://login.work.weixin.qq.com";  // WECOM_LOGIN_BASE: the QR code
  std::string open_base = "https://open.weixin.qq.com";         // WECOM_OPEN_BASE: inside WeCom
  std::string ca_file;                      // WECOM_CA_FILE (domain/providers/provider_settings.h)
  std::chrono::milliseconds timeout{5000};  // WECOM_TIMEOUT_MS, the same
};

// Each read as SettingsReader says; the first three have to be there. The company's id has letters,
// digits, - and _, 64 at the most; the app's number 16 digits at the most.
Settings read_settings(SettingsReader& settings);

}  // namespace scanlogin::wecom
