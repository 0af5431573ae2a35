#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "clients/redis.h"
#include "clients/redis_pipeline.h"
#include "domain/login/claim.h"
#include "domain/login/login_keys.h"
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
//   WeixinStart:<uuid>            for one that gives the provider the whole window: what it was
//                                 begun with, a JSON text; for 600 s
//   WeixinLink:<uuid>             for one that adds an identity to a user: the user's id; for 1,200
//   s,
//                                 which is longer than all else of the login
//   WeixinCodeMap:<uuid>:outcome  how it ended: for 60 s from the poll that brought it there, or
//                                 for 600 s if it ended without a code
// Another provider's are OAuthCodeMap:NAME:<uuid>, and so on; a cluster's are
// WeixinCodeMap:{<uuid>} (login_keys.h). All methods throw Error(cache).
class LoginStore {
 public:
  // provider: its name.
  LoginStore(redis::Client& redis, std::string_view provider)
      : redis_(redis), keys_(provider, redis.in_cluster()) {}

  const LoginKeys& keys() const noexcept { return keys_; }

  // Binds a new login to the browser with this secret (LoginCookie::begin_login), for a code's
  // life. start: of one that gives the provider the whole window. link: the user to whom it adds an
  // identity.
  void begin(std::string_view uuid, std::string_view secret_hash,
             const std::optional<LoginStart>& start = {}, std::optional<std::int64_t> link = {});
  // What a login was begun with; nothing for one that is long over, or did not begin so.
  std::optional<LoginStart> start(std::string_view uuid);

  // Keeps the code for the login, in place of an earlier one; the login then lives as long as the
  // code. A code that has led to an outcome already changes nothing. Once it returns, no process
  // takes the uuid for one that nothing was scanned for (redis::Until::settled). `none`, with
  // nothing kept, if the login is bound to another browser, or over.
  enum class Kept { none, scan, redirect };
  Kept store(const PendingLogin& login, std::string_view code);
  // The same for a bound login that ends without a code. An outcome that is there already stands.
  Kept end(const PendingLogin& login, std::string_view outcome);

  // How a bound login stands for which claim() has found nothing.
  enum class Standing {
    pending,        // there is a code, which somebody else is exchanging
    other_browser,  // it is another browser's
    over,           // there is no such login any more, or no code has come
  };
  Standing standing(const PendingLogin& login);

  // Asks, from the loop, whether there is a code or an outcome for the uuid; found: called if so.
  // pipeline: ready().
  void look(redis::Pipeline& pipeline, const std::string& uuid, std::function<void()> found) const;

  // The code, claimed; else how the login ended; else nothing: no code has come, somebody else is
  // exchanging it, or it is another browser's login. life: of the claim (claim_life()).
  std::variant<std::monostate, Claim, Ended> claim(const PendingLogin& login,
                                                   std::chrono::milliseconds life);

 private:
  redis::Client& redis_;
  const LoginKeys keys_;
  UncertainClaims uncertain_;
};

}  // namespace scanlogin
