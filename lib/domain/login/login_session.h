#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/jwt.h"
#include "base/log.h"
#include "domain/audit/actor.h"
#include "domain/audit/audit.h"
#include "domain/login/claim.h"
#include "domain/providers/provider.h"
#include "domain/sessions/sessions.h"
#include "domain/users/users.h"

namespace scanlogin {

// The session that one login begins. The login's transaction may be repeated, and may come to
// nothing, to which the session then comes as well.
class LoginSession {
 public:
  // All live as long as this.
  LoginSession(const Config& config, Sessions& sessions, const ProviderFacts& provider,
               Claim& claim, const Actor& actor, const Log& log)
      : config_(config),
        sessions_(sessions),
        provider_(provider),
        claim_(claim),
        actor_(actor),
        log_(log) {}

  // Begins it, within the transaction that has the user locked, and returns what is to be
  // remembered of that. From where a session that is replaced had come is in its entry's detail;
  // from where the login, in the entry itself. Behind claim.renew(). Throws Error(cache), and
  // Claim::Overtaken.
  std::vector<AuditEntry> begin(const SignedIn& user);
  // Nobody is given its token: it never was, if it has begun at all.
  void withdraw();
  // Of one that has begun.
  const std::string& token() const { return begun_->token; }

 private:
  struct Begun {
    std::int64_t user;
    std::string token;
    jwt::Time exp;
    std::vector<Session> before;  // that the user had then
  };
  std::vector<std::string> begin_or_go_on(const SignedIn& user);

  const Config& config_;
  Sessions& sessions_;
  const ProviderFacts& provider_;
  Claim& claim_;
  const Actor& actor_;
  const Log& log_;
  std::optional<Begun> begun_;
};

}  // namespace scanlogin
