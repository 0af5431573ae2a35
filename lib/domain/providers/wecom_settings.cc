#include "domain/providers/wecom_settings.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"
#include "domain/providers/provider_settings.h"

namespace scanlogin::wecom {
namespace {

bool is_corpid(const std::string& text) {
  constexpr std::size_t kLongest = 64;
  return text.size() <= kLongest && std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || c == '-' || c == '_';
         });
}

bool is_agent_id(const std::string& text) {
  constexpr std::size_t kLongest = 16;
  return text.size() <= kLongest && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

Settings read_settings(SettingsReader& settings) {
  Settings wecom;
  wecom.corpid = settings.text("WECOM_CORPID", "");
  settings.require("WECOM_CORPID", wecom.corpid, "the company's id at WeCom");
  if (!is_corpid(wecom.corpid)) {
    settings.fault("WECOM_CORPID", "must be an id of letters and digits, like ww0123456789abcdef");
  }
  wecom.agent_id = settings.text("WECOM_AGENT_ID", "");
  settings.require("WECOM_AGENT_ID", wecom.agent_id, "the number of the company's app");
  if (!is_agent_id(wecom.agent_id)) {
    settings.fault("WECOM_AGENT_ID", "must be a number, like 1000002");
  }
  wecom.secret = settings.secret("WECOM_SECRET");
  settings.require("WECOM_SECRET", wecom.secret, "that app's secret");
  wecom.api_base = read_base_url(settings, "WECOM_API_BASE", wecom.api_base);
  wecom.login_base = read_base_url(settings, "WECOM_LOGIN_BASE", wecom.login_base);
  wecom.open_base = read_base_url(settings, "WECOM_OPEN_BASE", wecom.open_base);
  wecom.ca_file = read_ca_file(settings, "WECOM", "WECOM_API_BASE", wecom.api_base);
  wecom.timeout = read_timeout(settings, "WECOM");
  return wecom;
}

}  // namespace scanlogin::wecom
