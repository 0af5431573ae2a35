#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "clients/redis.h"
#include "clients/redis_pipeline.h"
#include "domain/login/claim.h"
#include "domain/login/pending_login.h"

namespace scanlogin {

// A login that has come to its end, as Claim::spend or LoginStore::end was told it.
struct Ended {
  std::string outcome;
};

// The logins under way, in Redis: from the uuid that a page polls with to the code that the
// provider sent for it.
//   WeixinCodeMap:<uuid>          the code, for 600 s
//   WeixinClaim:<uuid>            who is exchanging it
//   WeixinGrant:<uuid>            what it was exchanged for; until spent, 600 s
// and for one that is bound to a browser
//   WeixinLogin:<uuid>            the hash of the browser's secret; for 600 s, 60 from its end on
//   WeixinCodeMap:<uuid>:outcome  how it ended: for 60 s from the poll that brought it there, or
//                                 for 600 s if it ended without a code
// All methods throw Error(cache).
class LoginStore {
 public:
  explicit LoginStore(redis::Client& redis) : redis_(redis) {}

  // Binds a new login to the browser with this secret (LoginCookie::begin_login), for a code's
  // life.
  void begin(std::string_view uuid, std::string_view secret_hash);

  // Keeps the code for the login, in place of an earlier one; the login then lives as long as the
  // code. A code that has led to an outcome already changes nothing. Once it returns, no process
  // takes the uuid for one that nothing was scanned for (redis::Client::settle). False, with
  // nothing kept, if the login is bound to another browser, or over.
  bool store(const PendingLogin& login, std::string_view code);
  // The same for a bound login that ends without a code. An outcome that is there already stands.
  bool end(const PendingLogin& login, std::string_view outcome);

  // Asks, from the loop, whether there is a code or an outcome for the uuid; found: called if so.
  // pipeline: ready().
  static void look(redis::Pipeline& pipeline, const std::string& uuid, std::function<void()> found);

  // The code, claimed; else how the login ended; else nothing: no code has come, somebody else is
  // exchanging it, or it is another browser's login. life: of the claim (claim_life()).
  std::variant<std::monostate, Claim, Ended> claim(const PendingLogin& login,
                                                   std::chrono::milliseconds life);

 private:
  redis::Client& redis_;
  UncertainClaims uncertain_;
};

}  // namespace scanlogin
