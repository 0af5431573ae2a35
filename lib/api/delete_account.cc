#include "api/delete_account.h"

#include "api/account_api.h"
#include "api/caller.h"
#include "api/confirmation.h"
#include "api/request_actor.h"
#include "api/token_cookie.h"

namespace scanlogin {

Response delete_account(App& app, const Request& request) {
  const auto caller = caller_of(app, request);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto confirm = confirmation_of(request);
  if (const auto* bad = std::get_if<Response>(&confirm)) return *bad;
  const auto& [user, token] = std::get<Caller>(caller);
  const AccountOutcome outcome =
      Account(app.config, app.mysql, app.redis, app.log)
          .remove(actor_of(request), user.id, session_id(token), std::get<0>(confirm));
  Response response = outcome_response(outcome, "账号已注销");
  if (outcome != AccountOutcome::done) return response;
  app.log_of(request).info("account deleted", {{"user", user.id}});
  return TokenCookie(app.config).clear(std::move(response), request);
}

}  // namespace scanlogin
