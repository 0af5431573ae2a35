#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/config.h"
#include "base/log.h"
#include "clients/mysql.h"
#include "clients/redis.h"
#include "domain/audit/actor.h"
#include "domain/audit/audit_retention.h"
#include "domain/login/login_counts.h"
#include "domain/login/login_outcome.h"
#include "domain/login/login_store.h"
#include "domain/login/pending_login.h"
#include "domain/providers/provider.h"
#include "domain/sessions/profiles.h"
#include "domain/sessions/sessions.h"
#include "domain/users/users.h"

namespace scanlogin {

// The login by a provider: its beginning, and from a code that has arrived to a token.
class Login {
 public:
  // All live as long as this.
  Login(const Config& config, Provider& provider, mysql::Client& mysql, redis::Client& redis);

  Provider& provider() const noexcept { return provider_; }
  const LoginUuids& uuids() const noexcept { return uuids_; }
  LoginStore& store() noexcept { return store_; }

  // A new login's uuid. From now on it is bound to the browser, which has one more secret for it.
  // start: of one that gives the provider the whole window. link: the user to whom it adds an
  // identity, instead of logging anybody in. Throws Error(cache).
  std::string begin(LoginCookie& cookie, const Log& log,
                    const std::optional<LoginStart>& start = {},
                    std::optional<std::int64_t> link = {});

  // The same for a code that the person's own program has from the provider: the login has its code
  // at once. Of a code that has come before it is the login that it had then.
  PendingLogin begin_with_code(std::string_view code);

  // If a code has arrived for the login: exchanges it at the provider, signs the person in and
  // gives out the token, ending the user's oldest session if there are more than DEVICES. Every
  // outcome spends the code; the browser that a login is bound to is told the same again for a
  // minute. Throws ProviderUnavailable, Error(cache) or Error(database) for what may pass: the next
  // poll goes on from where this one got. No connection to Redis or MySQL is held while the
  // provider is asked. Each login and each refusal leaves a line in the log and a row in
  // user_audit.
  LoginOutcome poll(const PendingLogin& login, const Actor& actor, const Log& log);

 private:
  LoginOutcome finish(const PendingLogin& login, Claim& claim, const Actor& actor, const Log& log);
  LoginOutcome attempt(const PendingLogin& login, Claim& claim, const Actor& actor, const Log& log);
  std::variant<Grant, Refusal> grant_for(const std::string& uuid, Claim& claim, const Log& log);
  LoginOutcome sign_in(const Person& person, Claim& claim, const Actor& actor, const Log& log);
  Refusal refused(const Refusal& refusal, const Actor& actor, const Log& log);

  const Config& config_;
  Provider& provider_;
  mysql::Client& mysql_;
  AuditRetention retention_;
  Sessions sessions_;
  Profiles profiles_;
  LoginStore store_;
  const LoginUuids uuids_;
  const LoginCounts counts_;
};

}  // namespace scanlogin
