// /api/user/identities/ — by what a user can log in.
//
// Input: a token that a login gave out (api/request_token.h); else 401, 403 as `logout` has them
// GET          200 {"code":200,"data":{"items":[{id, oauth_type, provider, created_time,
//              last_mod_time}]}}
// DELETE ID/   unlinks one, and those that go with it: 200, 404 if it is not the user's, 409 for
//              the last
// Each change is written into user_audit.

#include "api/account_api.h"
#include "api/caller.h"
#include "api/request_actor.h"

using namespace scanlogin;

static Account account_of(const UserCall& call) {
  return {call.app.config, call.app.mysql, call.app.redis, call.app.log};
}

static Response list(const UserCall& call) {
  Json items = account_of(call).identities(call.caller.user.id);
  return data_response(Json::object().with("items", std::move(items)));
}

static Response unlink(const UserCall& call) {
  const std::int64_t user = call.caller.user.id, identity = call.match.id;
  const AccountOutcome outcome = account_of(call).unlink(actor_of(call.request), user, identity);
  if (outcome == AccountOutcome::done) {
    const Log log = call.app.log_of(call.request);
    log.info("identity unlinked", {{"identity", identity}, {"user", user}});
  }
  return outcome_response(outcome, "已解绑");
}

int main(int argc, char** argv) {
  return serve_users(
      {argc, argv}, "identities",
      {{"GET", "/api/user/identities/", list}, {"DELETE", "/api/user/identities/{id}/", unlink}});
}
