#include "api/admin_api.h"

#include <algorithm>
#include <charconv>

#include "api/list_response.h"
#include "api/request_actor.h"
#include "base/utf8.h"
#include "domain/sessions/auth.h"

namespace scanlogin {
namespace {

Response forbidden() { return reply(403, 1003, "没有权限"); }

}  // namespace

std::variant<Actor, Response> admit(App& app, const Request& request) {
  Authenticator authenticator(app.config.secret_keys, app.mysql, app.redis);
  const auto found = authenticator.authenticate(request.header("IDTOKEN"));
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

AdminPath admin_path(std::string_view path, std::string_view endpoint) {
  if (path == endpoint.substr(0, endpoint.size() - 1)) return {};
  if (path.starts_with(endpoint)) path.remove_prefix(endpoint.size());
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return {};
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), id);
  const std::string_view rest = path.substr(static_cast<std::size_t>(end - path.data()));
  const bool whole = rest.empty() || (rest.rfind('/') == 0 && rest.size() > 1);
  if (error != std::errc() || id < 1 || !whole) return {.valid = false, .id = {}, .action = {}};
  return {.valid = true, .id = id, .action = std::string(rest.substr(rest.empty() ? 0 : 1))};
}

Response admin_list(App& app, const Listing& listing, const Request& request) {
  const auto query = parse_list_query(listing, request.query_pairs());
  if (const auto* bad = std::get_if<BadParameter>(&query)) return invalid(bad->name);
  const std::string file = std::string(listing.table) + ".csv";
  const Log log = app.log_of(request);
  return list_response(app.mysql, listing, std::get<ListQuery>(query), file,
                       [log](const char* reason) {
                         log.error("list cut short", {{"reason", reason}});
                       });
}

Response outcome_reply(AdminOutcome outcome, std::string_view done, std::string_view absent) {
  switch (outcome) {
    case AdminOutcome::done:
      return reply(200, 200, done);
    case AdminOutcome::not_found:
      return not_found(absent);
    case AdminOutcome::outdated:
      return reply(412, 412, "数据已被修改，请刷新");
    case AdminOutcome::forbidden:
      return forbidden();
    case AdminOutcome::unconfirmed:
      return invalid("confirm");
    case AdminOutcome::last_identity:
      return reply(409, "last-identity", "这是该用户最后的登录方式");
    case AdminOutcome::referenced:
      return reply(409, "in-use", "该用户被其他数据引用，不能删除");
  }
  return service_unavailable();
}

std::variant<EntityTags, Response> required_version(const Request& request) {
  const std::string header = request.header("If-Match");
  if (header.empty()) return reply(428, 428, "缺少 If-Match");
  return EntityTags(header);
}

Response invalid(std::string_view name) {
  name = name.substr(0, name.find('\0'));  // JSON text is cut there, and with it what follows
  return bad_request("参数 " + std::string(utf8_cut(utf8_scrub(name), 64)) + " 不合法");
}

Response not_found(std::string_view msg) { return reply(404, 404, msg); }

}  // namespace scanlogin
