#pragma once

#include <optional>

#include "base/config.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// What WeChat's frame shows once WeChat has sent it here. Each page is made once, at start.
struct CallbackPages {
  // From TEMPLATE_DIR's wx-login-success.html and wx-login-refused.html. Throws Error(config) if
  // one is not there, ConfigError with all that would not show in a browser (server/page_faults.h),
  // Error(internal) if it has a {{place}} that nothing is given for.
  explicit CallbackPages(const Config& config);

  Response success;
  Response refused;
  Response other_browser;  // than the one that began the login

  // other_browser, leading to the callback once more; nothing if the request has the cookie
  // `scanlogin`, or was led here so. A browser may keep the cookie from a frame that another site
  // has redirected (on plain http it does, LoginCookie::set_cookie), but sends it to where a page
  // of the site itself leads.
  std::optional<Response> led_back(const Request& request) const;

 private:
  Response led_back_;
};

}  // namespace scanlogin
