#pragma once

#include <string>
#include <string_view>

#include "api/app.h"
#include "domain/login/login.h"
#include "domain/login/login_store.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// A login that gives the provider the whole window (RFC 6749 section 4.1). Each step answers by
// leading the browser on, never by a page:
//
//   login/NAME/start/?next=/path   302 to the provider
//   login/NAME/callback/?code=C&state=U   303 to finish, once the code is kept
//   login/NAME/finish/?state=U     303 to `next`, with the token's cookie; without TOKEN_COOKIE to
//                                  LOGIN_URL#uuid=U&next=…, where the page polls for the token
//
// What fails leads to LOGIN_URL?error=CODE&next=…: login-refused, other-browser, expired, disabled,
// provider-unavailable, identity-taken, snapshot-user, or the provider's own code. With
// provider-unavailable comes #uuid=U&next=… as well: the code is kept, and a poll goes on with it.
// Behind the uuid of any other provider than WeChat's website login is &provider=NAME, to which
// login/NAME/ answers.

// start. `next` is where the browser goes in the end, a path of this site (is_site_path), 8 KiB at
// the most: "/" without one. 200 {"code":"params-error",…} for what is none; 303 to
// LOGIN_URL?error=provider-unavailable where the provider has to be asked first, and cannot be.
// A HEAD begins nothing. Throws Error(cache).
Response start_login(Login& login, App& app, const Request& request);

// The same for a page that begins it, and sends the person on itself: 200 {"code":200,"data":…}
// (Provider::beginning), with the link and the errors of begin_login() (api/login_begin.h). Throws
// likewise, and ProviderUnavailable.
Response begin_redirect(Login& login, App& app, const Request& request);

// What failed, told by the login page.
Response lead_to_login_page(const Config& config, std::string_view error,
                            std::string_view next = "/");
Response lead_to_unavailable(const ProviderFacts& provider, const App& app, const Request& request,
                             const Error& error, std::string_view next = "/");

// The way from the callback to finish.
Response lead_to_finish(const ProviderFacts& provider, const std::string& uuid);

// finish. Somebody whom the site does not know is led to the provider once more, to be asked
// (ProviderFacts::asks_strangers_only): 302. Asked twice by the same browser it answers the same
// for a minute; to a HEAD it does nothing. Throws Error(cache) and Error(database).
Response finish_login(Login& login, App& app, const Request& request);

}  // namespace scanlogin
