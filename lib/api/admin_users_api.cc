#include "api/admin_users_api.h"

namespace scanlogin {
namespace {

constexpr const char* kNoUser = "用户不存在";

UserAdmin user_admin(App& app) { return {app.mysql, app.redis, app.log}; }

void log_outcome(const App& app, const Request& request, const char* what, std::int64_t user,
                 const Actor& actor) {
  app.log_of(request).info(what, {{"user", user}, {"admin", actor.admin.value_or(0)}});
}

}  // namespace

Response show_user(App& app, std::int64_t user) {
  std::optional<UserAdmin::Shown> shown = user_admin(app).show(user);
  if (!shown) return not_found(kNoUser);
  return data_response(std::move(shown->user)).with("ETag", '"' + shown->version + '"');
}

Response change_user(App& app, const Actor& actor, std::int64_t user, const Request& request) {
  const auto version = required_version(request);
  if (const auto* missing = std::get_if<Response>(&version)) return *missing;
  const auto changes = parse_user_changes(request.body());
  if (const auto* bad = std::get_if<BadParameter>(&changes)) return invalid(bad->name);
  const AdminOutcome outcome = user_admin(app).change(actor, user, std::get<EntityTags>(version),
                                                      std::get<UserChanges>(changes));
  if (outcome != AdminOutcome::done) return outcome_reply(outcome, "", kNoUser);
  log_outcome(app, request, "user changed", user, actor);
  return show_user(app, user);
}

Response log_user_out(App& app, const Actor& actor, std::int64_t user, const Request& request) {
  const AdminOutcome outcome = user_admin(app).log_out(actor, user);
  if (outcome == AdminOutcome::done) log_outcome(app, request, "user logged out", user, actor);
  return outcome_reply(outcome, "已退出所有设备", kNoUser);
}

Response delete_user(App& app, const Actor& actor, std::int64_t user, const Request& request) {
  const auto version = required_version(request);
  if (const auto* missing = std::get_if<Response>(&version)) return *missing;
  const std::optional<Json> body = Json::parse(request.body());
  const std::vector<std::string> fields = body ? body->keys() : std::vector<std::string>();
  for (const std::string& field : fields) {
    if (field != "confirm") return invalid(field);
  }
  const std::string confirm = body ? body->string("confirm").value_or("") : "";
  const AdminOutcome outcome =
      user_admin(app).remove(actor, user, std::get<EntityTags>(version), confirm);
  if (outcome == AdminOutcome::done) log_outcome(app, request, "user deleted", user, actor);
  return outcome_reply(outcome, "已删除", kNoUser);
}

}  // namespace scanlogin
