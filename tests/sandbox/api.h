#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/log.h"
#include "ledger.h"
#include "outcome.h"
#include "server/request.h"

namespace scanlogin::sandbox {

// An app that WeChat knows; one without an appid it does not know.
struct Credentials {
  std::string appid;
  std::string secret;
};
struct Apps {
  Credentials website;
  Credentials account;
  Credentials mini;
};

// WeChat's calls, as strict as WeChat is. What a code's script asks for happens once the
// request itself is right: credentials are checked first.
class Api {
 public:
  Api(Apps apps, Ledger& ledger, Log log)
      : apps_(std::move(apps)), ledger_(ledger), log_(std::move(log)) {}

  // GET /sns/oauth2/access_token?appid&secret&code&grant_type=authorization_code, of the website
  // and of the official account
  Outcome access_token(const Request& request);
  // GET /sns/userinfo?access_token&openid[&lang]
  Outcome userinfo(const Request& request);
  // GET /sns/jscode2session?appid&secret&js_code&grant_type=authorization_code
  Outcome jscode2session(const Request& request);
  // GET /sandbox/mini/code[?with=DIRECTIVES]: {"code":C}, as wx.login() has it from WeChat; 400
  // with {"problem"} for directives that are wrong.
  Response mini_code(const Request& request);
  // GET /sandbox/calls?code=C: {"access_token":n,"userinfo":n}, the calls made with that code.
  Response calls(const Request& request) const;

 private:
  // The errcode that the request deserves by itself; 0 if it is right. app: null if unknown.
  static int refusal_of(const Request& request, const Credentials* app, const char* code_name);
  // A call that exchanges a code, by one of the apps that may make it.
  Outcome first_call(const Request& request, const Credentials* app, const char* code_name);
  Outcome exchange(const std::string& code, Grant& grant, const Faults& faults);
  std::string session_json(const Script& script, const Faults& faults) const;
  const Credentials* app_of(const Request& request,
                            std::initializer_list<const Credentials*> apps) const;

  Apps apps_;
  Ledger& ledger_;
  Log log_;
};

// "http://host:port" as the client wrote it.
std::string origin_of(const Request& request);

}  // namespace scanlogin::sandbox
