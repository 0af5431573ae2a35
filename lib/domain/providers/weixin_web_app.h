#pragma once

#include <string>
#include <string_view>

#include "domain/providers/provider.h"
#include "domain/providers/weixin_api.h"
#include "domain/providers/weixin_settings.h"

namespace scanlogin::weixin {

// What WeChat's logins by a page have in common, on a website and in an official account: a person
// consents, and two calls tell who it was. WeChat knows no PKCE and no nonce there.
class WebApp : public Provider {
 public:
  std::chrono::milliseconds time_limit() const noexcept override { return 2 * settings_.timeout; }

  // GET /sns/oauth2/access_token: a code is good once.
  std::variant<Grant, Refusal> exchange(std::string_view code,
                                        const Redirection& redirection) override;
  bool is_grant(const Grant& grant) const override;
  // GET /sns/userinfo. The openid is an identity of the type that facts() name. Of a person who
  // was not asked the ids alone, without a call.
  std::variant<Person, Refusal> person(const Grant& grant) override;

 protected:
  WebApp(Settings settings, int connections);

  const Settings& settings() const noexcept { return settings_; }
  // A page below WX_OPEN_BASE on which a person consents. The order of the parameters is fixed:
  // WeChat shows an error page for any other.
  std::string consent_url(std::string_view path, std::string_view scope,
                          const Redirection& redirection) const;

 private:
  const Settings settings_;
  Api api_;
};

}  // namespace scanlogin::weixin
