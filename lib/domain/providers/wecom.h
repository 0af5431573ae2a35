#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "clients/http_client.h"
#include "clients/redis.h"
#include "domain/providers/app_token.h"
#include "domain/providers/provider.h"
#include "domain/providers/provider_calls.h"
#include "domain/providers/wecom_replies.h"
#include "domain/providers/wecom_settings.h"

namespace scanlogin::wecom {

// The login of a company's members by its own app at WeCom (developer.work.weixin.qq.com, "企业微信
// Web登录" and "网页授权"): by a scan, or inside WeCom at once. A code lives for five minutes.
// There is no PKCE and no nonce. The calls carry the app's token (domain/providers/app_token.h); of
// the person there is none.
//
// Who it is: one identity of the type "wecom", CORPID:userid, the userid in lower case. A company
// gives its userids itself, so one says nothing without the company; no CORPID has a ':'. WeCom
// takes two userids that differ in case alone for one, and writes one now this way, now that. It
// has 64 bytes at the most, of letters, digits and - _ . @: whatever is visible ASCII is taken, all
// else breaks the protocol. A company that gives a userid to somebody else gives away what is
// behind it.
class WeCom : public Provider {
 public:
  static constexpr ProviderFacts kFacts{.name = "wecom",
                                        .label = kLabel,
                                        .label_zh = "企业微信",
                                        .settings = "WECOM_CORPID, WECOM_AGENT_ID and WECOM_SECRET",
                                        .longest_code = 512,
                                        .identity_type = "wecom",
                                        .unavailable_code = "provider-unavailable",
                                        .unavailable_msg = "企业微信服务暂不可用，请稍后再试",
                                        .exact_redirect_uri = false};

  // connections: to WeCom, at a time. redis: outlives this.
  WeCom(Settings settings, int connections, redis::Client& redis);

  const ProviderFacts& facts() const noexcept override { return kFacts; }
  // No call begins after two timeouts of exchange(), or of person().
  std::chrono::milliseconds time_limit() const noexcept override { return 6 * settings_.timeout; }

  // Below WECOM_LOGIN_BASE, the page with the QR code; in WeCom's own browser below
  // WECOM_OPEN_BASE, which asks nobody and leads straight back. Blocks never.
  std::string authorize_url(const Redirection& redirection) override;

  // cgi-bin/auth/getuserinfo. Throws Error(upstream) also where WeCom is busy or asked too often:
  // the code may be good still, and if it is not, the next exchange is told so. Who is no member
  // of the company is refused with "not-a-member". Throws Error(cache) as well, as person() does.
  std::variant<Grant, Refusal> exchange(std::string_view code, const Redirection&) override;
  bool is_grant(const Grant& grant) const override;
  // cgi-bin/user/get. Whom the app may not see, or who is gone since, keeps the name and the
  // picture of before; the userid has been vouched for.
  std::variant<Person, Refusal> person(const Grant& grant) override;

 private:
  std::variant<AppToken::Fetched, Refusal> fetch_token();
  // Makes a call of the app's. parse: of the reply's body. A token that has died early is replaced
  // once.
  template <class Parse>
  auto ask(const char* call, const std::string& path_and_query, const Parse& parse)
      -> decltype(parse(""));
  std::string get(const std::string& path_and_query);

  const Settings settings_;
  HttpClient http_;
  ProviderCalls calls_;
  AppToken token_;
};

}  // namespace scanlogin::wecom
