#include "api/admin_api.h"

#include <string>

#include "api/caller.h"
#include "api/list_response.h"
#include "api/request_actor.h"

namespace scanlogin {
namespace {

// The admin a request comes from; else the response it gets.
std::variant<Actor, Response> admit(App& app, const Request& request) {
  const auto caller = caller_of(app, request);
  if (const auto* response = std::get_if<Response>(&caller)) return *response;
  const User& user = std::get<Caller>(caller).user;
  if (!user.is_staff) {
    app.log_of(request).info("admin denied", {{"user", user.id}});
    return forbidden();
  }
  Actor actor = actor_of(request);
  actor.admin = user.id;
  actor.superuser = user.is_superuser;
  actor.name = user.username;
  return actor;
}

}  // namespace

int serve_admin(const CommandLine& command_line, const char* name,
                const Routes<AdminHandler>& routes) {
  return serve_admitted<Actor, AdminCall>(command_line, name, routes, admit);
}

Response admin_list(const AdminCall& call, const Listing& listing) {
  const auto query = parse_list_query(listing, call.request.query_pairs());
  if (const auto* bad = std::get_if<BadParameter>(&query)) return invalid(bad->name);
  const std::string file = std::string(listing.table) + ".csv";
  const Log log = call.app.log_of(call.request);
  return list_response(call.app.lists(), listing, std::get<ListQuery>(query), file,
                       [log](const char* reason) {
                         log.error("list cut short", {{"reason", reason}});
                       });
}

Response outcome_response(AdminOutcome outcome, std::string_view done, std::string_view absent) {
  switch (outcome) {
    case AdminOutcome::done:
      return message_response(200, 200, done);
    case AdminOutcome::not_found:
      return not_found(absent);
    case AdminOutcome::outdated:
      return message_response(412, 412, "数据已被修改，请刷新");
    case AdminOutcome::forbidden:
      return forbidden();
    case AdminOutcome::unconfirmed:
      return invalid("confirm");
    case AdminOutcome::last_identity:
      return message_response(409, "last-identity", "这是该用户最后的登录方式");
    case AdminOutcome::referenced:
      return message_response(409, "in-use", "该用户被其他数据引用，不能删除");
    case AdminOutcome::same_user:
      return invalid("from");
    case AdminOutcome::banned:
      return message_response(409, "banned", "合并到的用户已被禁用");
  }
  return service_unavailable();
}

std::variant<EntityTags, Response> required_version(const Request& request) {
  const std::string header = request.header("If-Match");
  if (header.empty()) return message_response(428, 428, "缺少 If-Match");
  return EntityTags(header);
}

}  // namespace scanlogin
