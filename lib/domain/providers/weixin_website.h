#pragma once

#include <utility>

#include "domain/providers/weixin_replies.h"
#include "domain/providers/weixin_web_app.h"

namespace scanlogin::weixin {

// WeChat's login for websites, by scan of a QR code
// (developers.weixin.qq.com/doc/oplatform/Website_App). A code lives for ten minutes.
class Website : public WebApp {
 public:
  static constexpr ProviderFacts kFacts{.name = "wx",
                                        .label = "WeChat",
                                        .label_zh = "微信",
                                        .settings = "WX_APPID and WX_SECRET",
                                        .longest_code = kLongestCode,
                                        .identity_type = kWebsiteOpenid,
                                        .union_type = kUnionid,
                                        .unavailable_code = kUnavailableCode,
                                        .unavailable_msg = kUnavailableMsg,
                                        .exact_redirect_uri = false};

  // connections: to WeChat, at a time.
  Website(Settings settings, int connections) : WebApp(std::move(settings), connections) {}

  const ProviderFacts& facts() const noexcept override { return kFacts; }

  // {uuid, appid, scope, redirect_uri, js}: what WeChat's script is called with to show the QR
  // code, as it is (the script wants redirect_uri percent-encoded).
  Json beginning(const Redirection& redirection) override;

  // WX_OPEN_BASE/connect/qrconnect, WeChat's page with the QR code.
  std::string authorize_url(const Redirection& redirection) override;
};

}  // namespace scanlogin::weixin
