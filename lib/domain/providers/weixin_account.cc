#include "domain/providers/weixin_account.h"

namespace scanlogin::weixin {

std::string OfficialAccount::authorize_url(const Redirection& redirection) {
  const char* scope = redirection.silent ? "snsapi_base" : "snsapi_userinfo";
  return consent_url("/connect/oauth2/authorize", scope, redirection);
}

std::variant<Grant, Refusal> OfficialAccount::exchange(std::string_view code,
                                                       const Redirection& redirection) {
  auto reply = WebApp::exchange(code, redirection);
  // There is no QR code to scan anew: the way out is the button on WeChat's own page.
  if (auto* refusal = std::get_if<Refusal>(&reply); refusal && is_snapshot_user(*refusal)) {
    refusal->msg = "微信未提供真实身份，请点击“使用完整服务”后重新登录";
  }
  return reply;
}

}  // namespace scanlogin::weixin
