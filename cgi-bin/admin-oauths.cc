// /api/user/admin/oauths/ — users' identities at their providers. For a token whose user is staff;
// else 401, 403.
//
// GET          a list: q, ordering, cursor, limit, format=csv and filters (admin_lists.cc)
// DELETE ID/   unlinks one; the last one of an active user only with ?last=1, else 409
// Each change is written into user_audit.

#include "api/admin_api.h"
#include "domain/admin/admin_lists.h"

using namespace scanlogin;

static Response list(const AdminCall& call) { return admin_list(call, oauths_listing()); }

static Response unlink(const AdminCall& call) {
  App& app = call.app;
  const bool last_too = call.request.query("last") == "1";
  const AdminOutcome outcome = UserAdmin(app.config, app.mysql, app.redis, app.log)
                                   .unlink(call.actor, call.match.id, last_too);
  if (outcome == AdminOutcome::done) {
    app.log_of(call.request)
        .info("identity unlinked",
              {{"identity", call.match.id}, {"admin", call.actor.admin.value_or(0)}});
  }
  return outcome_response(outcome, "已解除", "身份不存在");
}

int main(int argc, char** argv) {
  return serve_admin({argc, argv}, "admin-oauths",
                     {
                         {"GET", "/api/user/admin/oauths/", list},
                         {"DELETE", "/api/user/admin/oauths/{id}/", unlink},
                     });
}
