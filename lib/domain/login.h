#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "domain/app.h"
#include "domain/scan_watch.h"
#include "domain/weixin.h"

namespace scanlogin {

struct NothingScanned {};
struct LoggedIn {
  std::string token;
};

// What a poll comes to.
using LoginOutcome =
    std::variant<NothingScanned, LoggedIn, weixin::Refusal, Banned, weixin::Snapshot>;

// The login by scan, from a code that has arrived to a token.
class Login {
 public:
  // Watches for scans from the start if Redis is there; else the first poll sees to it.
  explicit Login(App& app)
      : app_(app), weixin_(app.config), scans_(app.config.redis, app.redis, app.log) {
    scans_.watch();
  }

  // False if a poll for this uuid would certainly find nothing. Never blocks.
  bool may_have_code(std::string_view uuid) { return scans_.may_have_code(uuid); }

  // If a code has arrived for the uuid: exchanges it at WeChat, signs the person in and gives
  // out the token, ending the user's session on another device. Every outcome spends the code.
  // Throws Error(upstream), Error(cache) or Error(database) for what may pass: the next poll
  // goes on from where this one got. No connection to Redis or MySQL is held while WeChat is
  // asked. Each login and each refusal leaves one line in the log.
  LoginOutcome poll(std::string_view uuid, const Origin& origin, const Log& log);

  void tick() { scans_.tick(); }
  Log log_of(const Request& request) const { return app_.log_of(request); }

 private:
  LoginOutcome attempt(Claim& claim, const Origin& origin, const Log& log);
  LoginOutcome sign_in(const Person& person, const Origin& origin, const Log& log);

  App& app_;
  weixin::Api weixin_;
  ScanWatch scans_;
};

}  // namespace scanlogin
