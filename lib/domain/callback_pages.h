#pragma once

#include "base/config.h"
#include "base/response.h"

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

}  // namespace scanlogin
