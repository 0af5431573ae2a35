#pragma once

#include <string>
#include <string_view>

#include "base/config.h"
#include "base/response.h"
#include "domain/login_outcome.h"

namespace scanlogin {

// What a poll's outcome looks like to the page that polls.
Response reply_of(const LoginOutcome& outcome);

// A login that was begun, to the page that shows WeChat's QR code: its uuid, and what else WeChat's
// script is called with, as it is (the script wants it percent-encoded). site: this site's origin.
Response begun_reply(std::string_view uuid, const std::string& site, const WeixinConfig& weixin);

}  // namespace scanlogin
