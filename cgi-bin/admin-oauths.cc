// /api/user/admin/oauths/ — users' identities at WeChat. For a token whose user is staff; else 401,
// 403.
//
// GET          a list: q, ordering, cursor, limit, format=csv and filters (admin_lists.cc)
// DELETE ID/   unlinks one; the last one of an active user only with ?last=1, else 409
// Each change is written into user_audit.

#include "api/admin_api.h"
#include "api/endpoint.h"
#include "domain/admin/admin_lists.h"

using namespace scanlogin;

static Response unlink(App& app, const Actor& actor, std::int64_t identity,
                       const Request& request) {
  const bool last_too = request.query("last") == "1";
  const AdminOutcome outcome =
      UserAdmin(app.mysql, app.redis, app.log).unlink(actor, identity, last_too);
  if (outcome == AdminOutcome::done) {
    app.log_of(request).info("identity unlinked",
                             {{"identity", identity}, {"admin", actor.admin.value_or(0)}});
  }
  return outcome_reply(outcome, "已解除", "身份不存在");
}

static Response handle(App& app, const Request& request) {
  const auto admin = admit(app, request);
  if (const auto* denied = std::get_if<Response>(&admin)) return *denied;
  const AdminPath path = admin_path(request.path(), "/api/user/admin/oauths/");
  if (!path.valid || !path.action.empty()) return not_found("接口不存在");
  const bool deletes = request.method() == "DELETE";
  if (deletes != path.id.has_value()) return method_not_allowed(path.id ? "DELETE" : "GET, HEAD");
  if (deletes) return unlink(app, std::get<Actor>(admin), *path.id, request);
  return admin_list(app, oauths_listing(), request);
}

int main() { return serve({.name = "admin-oauths", .methods = "GET, HEAD, DELETE"}, handle); }
