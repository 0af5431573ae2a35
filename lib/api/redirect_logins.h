#pragma once

#include <memory>
#include <vector>

#include "api/app.h"
#include "api/login_list.h"
#include "api/login_polls.h"
#include "domain/login/login.h"
#include "domain/providers/offered.h"
#include "server/request.h"

namespace scanlogin {

// A provider to which people are sent by a redirect, its logins, and the polls for them.
struct RedirectLogin {
  RedirectLogin(App& app, std::unique_ptr<Provider> a_provider)
      : provider(std::move(a_provider)),
        login(app.config, *provider, app.mysql, app.redis),
        polls(app, login) {}

  std::unique_ptr<Provider> provider;
  Login login;
  LoginPolls polls;
};

// All of them that the site offers.
class RedirectLogins {
 public:
  RedirectLogins(App& app, const std::vector<Offered>& offered);

  // Whose path the request has; null for what is none's.
  RedirectLogin* of(const Request& request) const;
  // All ways in, those by a scan as well.
  const std::vector<LoginWay>& ways() const noexcept { return ways_; }

  // As LoginPolls has them.
  void tick();
  void check();
  void drain();

 private:
  std::vector<std::unique_ptr<RedirectLogin>> all_;
  std::vector<LoginWay> ways_;
};

}  // namespace scanlogin
