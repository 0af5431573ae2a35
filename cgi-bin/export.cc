// GET /api/user/export/ — everything kept about a user, as a file. For whoever is logged in; else
// 401.
//
// 200 {"profile":{…},"identities":[…],"sessions":[…],"audit":[…]} (account_export.h), streamed: a
// reply that ends too early is cut, and the client can see that it is
// Changes nothing.

#include <memory>

#include "api/file_response.h"
#include "api/user_api.h"
#include "domain/account/account_export.h"
#include "domain/sessions/auth.h"

using namespace scanlogin;

static Response handle(const UserCall& call) {
  App& app = call.app;
  const auto all = std::make_shared<AccountExport>(app.mysql, app.redis, call.user.id);
  std::optional<std::string> beginning = all->beginning();
  if (!beginning) return outcome_response(AccountOutcome::gone, "");
  const Log log = app.log_of(call.request);
  log.info("account exported", {{"user", call.user.id}});
  return file_response(
      "application/json; charset=utf-8", "scanlogin-" + std::to_string(call.user.id) + ".json",
      std::move(*beginning), [all] { return all->next(); },
      [log](const char* reason) {
        log.error("export cut short", {{"reason", reason}});
      });
}

int main() { return serve_user("export", {{"GET", "/api/user/export/", handle}}); }
