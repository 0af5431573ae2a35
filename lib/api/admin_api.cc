#include "api/admin_api.h"

#include <string>

#include "api/list_response.h"
#include "api/request_actor.h"
#include "api/request_token.h"
#include "base/utf8.h"
#include "domain/sessions/auth.h"

namespace scanlogin {
namespace {

// The admin a request comes from; else the response it gets.
std::variant<Actor, Response> admit(App& app, const Request& request) {
  Authenticator authenticator(app.config.secret_keys, app.mysql, app.redis);
  const auto found = authenticator.authenticate(token_of(request));
  if (const auto* denial = std::get_if<Denial>(&found)) return unauthorized(message(*denial));
  const User& user = std::get<User>(found);
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

int serve_admin(const char* name, const Routes<AdminHandler>& routes) {
  // The routes live as long as serve() runs.
  return serve({.name = name}, {}, [&](App& app) {
    const auto work = [&app, &routes](const Request& request) {
      const auto admin = admit(app, request);
      if (const auto* denied = std::get_if<Response>(&admin)) return *denied;
      const auto found = route(routes, request);
      if (const auto* none = std::get_if<Response>(&found)) return *none;
      const auto& row = std::get<Routed<AdminHandler>>(found);
      return (*row.handler)({app, std::get<Actor>(admin), row.id.value_or(0), request});
    };
    // A method of no row needs no admin to be refused.
    const auto answer = [work, methods = methods_of(routes)](const Request& request) -> Answer {
      if (!methods.have(request.method())) return method_not_allowed(methods.text());
      return Work(work);
    };
    return Handlers{.answer = answer, .tick = {}, .check = {}};
  });
}

Response admin_list(const AdminCall& call, const Listing& listing) {
  const auto query = parse_list_query(listing, call.request.query_pairs());
  if (const auto* bad = std::get_if<BadParameter>(&query)) return invalid(bad->name);
  const std::string file = std::string(listing.table) + ".csv";
  const Log log = call.app.log_of(call.request);
  return list_response(call.app.mysql, listing, std::get<ListQuery>(query), file,
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
  }
  return service_unavailable();
}

std::variant<EntityTags, Response> required_version(const Request& request) {
  const std::string header = request.header("If-Match");
  if (header.empty()) return message_response(428, 428, "缺少 If-Match");
  return EntityTags(header);
}

Response invalid(std::string_view name) {
  name = name.substr(0, name.find('\0'));  // JSON text is cut there, and with it what follows
  return bad_request("参数 " + std::string(utf8_cut(utf8_scrub(name), 64)) + " 不合法");
}

}  // namespace scanlogin
