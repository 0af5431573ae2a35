#pragma once

#include "domain/providers/weixin_api.h"
#include "domain/providers/weixin_replies.h"

namespace scanlogin::weixin {

// The login of a mini-program, which gets a code from wx.login() and hands it to the site
// (developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html). A code lives
// for five minutes.
class MiniProgram : public Provider {
 public:
  static constexpr ProviderFacts kFacts{.name = "mini",
                                        .label = "WeChat mini-program",
                                        .label_zh = "微信小程序",
                                        .settings = "MINI_APPID and MINI_SECRET",
                                        .longest_code = kLongestCode,
                                        .identity_type = kMiniOpenid,
                                        .union_type = kUnionid,
                                        .unavailable_code = kUnavailableCode,
                                        .unavailable_msg = kUnavailableMsg,
                                        .exact_redirect_uri = false};

  // connections: to WeChat, at a time.
  MiniProgram(Settings settings, int connections);

  const ProviderFacts& facts() const noexcept override { return kFacts; }
  std::chrono::milliseconds time_limit() const noexcept override { return settings_.timeout; }

  // There is no page to send anybody to: throws Error(internal).
  std::string authorize_url(const Redirection&) override;

  // GET /sns/jscode2session: a code is good once. The session key is not kept.
  std::variant<Grant, Refusal> exchange(std::string_view code, const Redirection&) override;
  // True of no grant that another of WeChat's ways in made.
  bool is_grant(const Grant& grant) const override;
  // The ids alone, without asking: WeChat tells a mini-program's server no nickname or picture.
  std::variant<Person, Refusal> person(const Grant& grant) override;

 private:
  const Settings settings_;
  Api api_;
};

}  // namespace scanlogin::weixin
