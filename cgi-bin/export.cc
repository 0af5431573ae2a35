// GET /api/user/export/ — everything kept about a user, as a file.
//
// Input: a token that a login gave out (api/request_token.h); else 401 as `logout` has it
// 200 {"profile":{…},"identities":[…],"sessions":[…],"audit":[…]} (account_export.h), streamed: a
// reply that ends too early is cut, and the client can see that it is
// Changes nothing.

#include <memory>

#include "api/account_api.h"
#include "api/caller.h"
#include "api/file_response.h"
#include "domain/account/account_export.h"

using namespace scanlogin;

static Response handle(const UserCall& call) {
  App& app = call.app;
  const std::int64_t user = call.caller.user.id;
  const auto all = std::make_shared<AccountExport>(app.config, app.mysql, app.redis, user);
  std::optional<std::string> beginning = all->beginning();
  if (!beginning) return outcome_response(AccountOutcome::gone, "");
  const Log log = app.log_of(call.request);
  log.info("account exported", {{"user", user}});
  return file_response(
      "application/json; charset=utf-8", "scanlogin-" + std::to_string(user) + ".json",
      std::move(*beginning), [all] { return all->next(); },
      [log](const char* reason) {
        log.error("export cut short", {{"reason", reason}});
      });
}

int main(int argc, char** argv) {
  return serve_users({argc, argv}, "export", {{"GET", "/api/user/export/", handle}});
}
