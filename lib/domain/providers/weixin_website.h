#pragma once

#include "clients/http_client.h"
#include "domain/providers/provider.h"
#include "domain/providers/weixin_replies.h"
#include "domain/providers/weixin_settings.h"

namespace scanlogin::weixin {

// WeChat's login for websites, by scan of a QR code
// (developers.weixin.qq.com/doc/oplatform/Website_App).
class Website : public Provider {
 public:
  static constexpr ProviderFacts kFacts{.name = "wx",
                                        .label = "WeChat",
                                        .label_zh = "微信",
                                        .settings = "WX_APPID and WX_SECRET",
                                        .longest_code = 512,
                                        .identity_type = kWebsiteOpenid,
                                        .union_type = kUnionid,
                                        .unavailable_code = "weixin-unavailable",
                                        .unavailable_msg = "微信服务暂不可用，请稍后再试",
                                        .exact_redirect_uri = false};

  // connections: to WeChat, at a time.
  Website(Settings settings, int connections);

  const ProviderFacts& facts() const noexcept override { return kFacts; }
  std::chrono::milliseconds time_limit() const noexcept override { return 2 * settings_.timeout; }

  // {uuid, appid, scope, redirect_uri, js}: what WeChat's script is called with to show the QR
  // code, as it is (the script wants redirect_uri percent-encoded).
  Json beginning(const Redirection& redirection) override;

  // WX_OPEN_BASE/connect/qrconnect, WeChat's page with the QR code. WeChat knows no PKCE.
  std::string authorize_url(const Redirection& redirection) override;

  // GET /sns/oauth2/access_token: a code is good once, for ten minutes.
  std::variant<Grant, Refusal> exchange(std::string_view code, const Redirection&) override;
  bool is_grant(const Grant& grant) const override;
  // GET /sns/userinfo.
  std::variant<Person, Refusal> person(const Grant& grant) override;

 private:
  std::string get(const std::string& path_and_query);

  const Settings settings_;
  HttpClient http_;
};

}  // namespace scanlogin::weixin
