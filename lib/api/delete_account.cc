#include "api/delete_account.h"

#include "api/confirmation.h"
#include "api/request_actor.h"
#include "api/user_api.h"

namespace scanlogin {

Response delete_account(App& app, const Request& request) {
  const auto user = user_of(app, request);
  if (const auto* denied = std::get_if<Response>(&user)) return *denied;
  const auto confirm = confirmation_of(request);
  if (const auto* bad = std::get_if<Response>(&confirm)) return *bad;
  const std::int64_t id = std::get<User>(user).id;
  const AccountOutcome outcome =
      Account(app.mysql, app.redis).remove(actor_of(request), id, std::get<0>(confirm));
  if (outcome == AccountOutcome::done) app.log_of(request).info("account deleted", {{"user", id}});
  return outcome_response(outcome, "账号已注销");
}

}  // namespace scanlogin
