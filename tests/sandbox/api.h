#pragma once

#include <string>
#include <string_view>

#include "base/log.h"
#include "ledger.h"
#include "outcome.h"
#include "server/request.h"

namespace scanlogin::sandbox {

// The app that WeChat knows.
struct Credentials {
  std::string appid;
  std::string secret;
};

// WeChat's two calls, as strict as WeChat is. What a code's script asks for happens once the
// request itself is right: credentials are checked first.
class Api {
 public:
  Api(Credentials credentials, Ledger& ledger, Log log)
      : credentials_(std::move(credentials)), ledger_(ledger), log_(std::move(log)) {}

  // GET /sns/oauth2/access_token?appid&secret&code&grant_type=authorization_code
  Outcome access_token(const Request& request);
  // GET /sns/userinfo?access_token&openid[&lang]
  Outcome userinfo(const Request& request);
  // GET /sandbox/calls?code=C: {"access_token":n,"userinfo":n}, the calls made with that code.
  Response calls(const Request& request) const;

 private:
  // The errcode that the request deserves by itself; 0 if it is right.
  int refusal_of(const Request& request) const;
  Outcome exchange(const std::string& code, const Grant& grant, const Faults& faults);

  Credentials credentials_;
  Ledger& ledger_;
  Log log_;
};

// "http://host:port" as the client wrote it.
std::string origin_of(const Request& request);

}  // namespace scanlogin::sandbox
