#pragma once

#include <memory>
#include <vector>

#include "domain/providers/provider.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// How a person logs in at a provider: by a QR code on this page, by going there, or by a code that
// a mini-program has from WeChat.
enum class LoginKind { scan, redirect, code };

// The ways in that a page can show.
struct LoginWay {
  ProviderFacts provider;
  LoginKind kind = LoginKind::redirect;
};

// 200 {"code":200,"data":{"providers":[{"name","kind","label":{"zh","en"},"here"}]}}, in their
// order. here: whether it works in the browser that asks, by its User-Agent and Sec-CH-UA-Mobile: a
// phone cannot scan its own screen, and an official account's login is for WeChat's own browser
// alone. A hint, not a rule: nothing is refused by it.
Response login_list(const std::vector<LoginWay>& ways, const Request& request);

}  // namespace scanlogin
