#pragma once

#include "base/config.h"
#include "base/request.h"
#include "base/response.h"
#include "domain/pending_login.h"

namespace scanlogin {

// What WeChat's frame shows once WeChat has sent it here. Each page is made once, at start.
struct CallbackPages {
  // From TEMPLATE_DIR's wx-login-success.html and wx-login-refused.html. Throws Error(config) if
  // one is not there, Error(internal) if it has a {{place}} that nothing is given for.
  explicit CallbackPages(const Config& config);

  Response success;
  Response refused;
  Response other_browser;  // than the one that began the login
};

// The page, and for a bound login its browser's cookie once more: the login lives from here on as
// long as the code does.
Response with_renewed_cookie(Response page, const PendingLogin& login, const Config& config,
                             const Request& request);

}  // namespace scanlogin
