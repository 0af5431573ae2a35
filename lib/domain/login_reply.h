#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/config.h"
#include "base/log.h"
#include "base/response.h"
#include "domain/login_outcome.h"
#include "domain/site.h"

namespace scanlogin {

// What a poll's outcome looks like to the page that polls.
Response reply_of(const LoginOutcome& outcome);

// 403 for who may not begin a login: {"code":403,…} for another site's page, which would push the
// browser's own logins out of its cookie; {"code":"other-host",…} for a page of this site at a host
// that is not SITE_ORIGIN's, which is logged as what it is, a wrong setting: the cookie would not
// come back with the scan. Nothing for all others. origin: SITE_ORIGIN.
std::optional<Response> refused_beginning(Site::Sender sender, const std::string& origin,
                                          const Log& log);

// A login that was begun, to the page that shows WeChat's QR code: its uuid, and what else WeChat's
// script is called with, as it is (the script wants it percent-encoded). site: this site's origin;
// if it is empty, redirect_uri is a path of the site that the page is on.
Response begun_reply(std::string_view uuid, const std::string& site, const WeixinConfig& weixin);

}  // namespace scanlogin
