#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "api/app.h"
#include "api/site.h"
#include "domain/login/login.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// The answer to POST login/NAME/. 200 {"code":200,"data":…}, what a page needs to send a person to
// the provider (Provider::beginning), and the cookie that binds the login to the browser. The
// provider sends the person to login/NAME/callback/ (api/callback_url.h): to that path of the site
// that the page is on where nobody has named a host (Site::origin).
//
// With `link=1` the login adds an identity to the user whose token the request carries, and logs
// nobody in: what it comes to is {"linked":NAME} or identity-taken (api/login_response.h).
//
// 200 {"code":"params-error",…} for a header Host that is none, or another link; else
// refused_page(), and link_of()'s refusals. Throws Error(cache), and with `link` Error(database).
Response begin_login(Login& login, App& app, const Request& request);

// The user for `link=1`, else nobody; or what the request is refused with (api/caller.h).
std::variant<std::optional<std::int64_t>, Response> link_of(App& app, const Request& request);

// What a page is refused with that may not begin a login: 403 {"code":403,…} for another site's
// page, which would push the browser's own logins out of its cookie; 403 {"code":"other-host",…}
// for a page of this site at a host that is none of SITE_ORIGIN's, which is logged as what it is, a
// wrong setting: the cookie would not come back with the code.
std::optional<Response> refused_page(const Site& site, const Request& request, const Log& log);

// The response with the cookie that binds the login to the browser.
Response with_cookie(Response response, const LoginCookie& cookie, const Login& login,
                     const Site& site, const Request& request);

}  // namespace scanlogin
