// /api/user/identities/ — by what a user can log in. For whoever is logged in; else 401.
//
// GET          200 {"code":200,"data":{"items":[{id, oauth_type, provider, created_time,
//              last_mod_time}]}}
// DELETE ID/   unlinks one, and those that go with it: 200, 404 if it is not the user's, 409 for
//              the last
// Each change is written into user_audit.

#include "api/request_actor.h"
#include "api/user_api.h"

using namespace scanlogin;

static Response list(const UserCall& call) {
  Json items = Account(call.app.mysql, call.app.redis).identities(call.user.id);
  return data_response(Json::object().with("items", std::move(items)));
}

static Response unlink(const UserCall& call) {
  App& app = call.app;
  const AccountOutcome outcome =
      Account(app.mysql, app.redis).unlink(actor_of(call.request), call.user.id, call.id);
  if (outcome == AccountOutcome::done) {
    app.log_of(call.request)
        .info("identity unlinked", {{"identity", call.id}, {"user", call.user.id}});
  }
  return outcome_response(outcome, "已解绑");
}

int main() {
  return serve_user("identities", {
                                      {"GET", "/api/user/identities/", list},
                                      {"DELETE", "/api/user/identities/{id}/", unlink},
                                  });
}
