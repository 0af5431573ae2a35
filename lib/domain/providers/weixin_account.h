#pragma once

#include <utility>

#include "domain/providers/weixin_replies.h"
#include "domain/providers/weixin_web_app.h"

namespace scanlogin::weixin {

// The login of an official account's web pages, in WeChat's own browser alone
// (developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps). A code lives for five minutes.
class OfficialAccount : public WebApp {
 public:
  static constexpr ProviderFacts kFacts{.name = "mp",
                                        .label = "WeChat",
                                        .label_zh = "微信",
                                        .settings = "MP_APPID and MP_SECRET",
                                        .longest_code = kLongestCode,
                                        .identity_type = kAccountOpenid,
                                        .union_type = kUnionid,
                                        .unavailable_code = kUnavailableCode,
                                        .unavailable_msg = kUnavailableMsg,
                                        .exact_redirect_uri = false,
                                        .asks_strangers_only = true};

  // connections: to WeChat, at a time.
  OfficialAccount(Settings settings, int connections) : WebApp(std::move(settings), connections) {}

  const ProviderFacts& facts() const noexcept override { return kFacts; }

  // WX_OPEN_BASE/connect/oauth2/authorize, with the scope that has WeChat ask the person and tell
  // the nickname, or, silent, the one that tells the ids alone.
  std::string authorize_url(const Redirection& redirection) override;

  // As for all web apps. A visitor whom WeChat made up, because the page asked before the person
  // had agreed to be known, is refused with the code "snapshot-user".
  std::variant<Grant, Refusal> exchange(std::string_view code,
                                        const Redirection& redirection) override;
};

}  // namespace scanlogin::weixin
