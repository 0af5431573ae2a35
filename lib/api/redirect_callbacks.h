#pragma once

#include <memory>
#include <vector>

#include "api/app.h"
#include "api/site.h"
#include "domain/login/login_store.h"
#include "domain/login/pending_login.h"
#include "domain/providers/offered.h"
#include "server/request.h"
#include "server/response.h"

namespace scanlogin {

// The callbacks of all providers to which people are sent by a redirect (RFC 6749 sections 4.1.2
// and 4.1.2.1). A code is kept, a refusal too, and the browser is led on to finish
// (api/login_redirect.h). Where the login began on another host of the site, it is led to the
// callback there first: the browser has the login's cookie there. Nothing is exchanged here.
class RedirectCallbacks {
 public:
  RedirectCallbacks(App& app, const std::vector<Offered>& offered);

  // 303 to finish; to LOGIN_URL?error=CODE for a login that is over or another browser's, or whose
  // provider has to be asked first (Provider::may_call_back) and cannot be. 302 to the host where
  // it began. 200 {"code":"params-error",…} for what is missing or malformed, or names another
  // issuer; 404 for a provider that the site does not offer. Throws Error(cache).
  // An error without the state, as Weibo may send one, ends no login, for it is not known which: it
  // leads to LOGIN_URL?error=CODE at once.
  Response answer(const Request& request);

 private:
  struct Callback {
    std::unique_ptr<Provider> provider;
    LoginStore store;
    LoginUuids uuids;
  };
  Response answer(Callback& callback, const Request& request);
  Response without_state(const ProviderFacts& provider, const Request& request) const;
  Response keep(Callback& callback, const Request& request, const std::string& uuid);

  App& app_;
  const Site site_;
  std::vector<std::unique_ptr<Callback>> all_;
};

}  // namespace scanlogin
