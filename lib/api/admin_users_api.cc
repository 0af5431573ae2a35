#include "api/admin_users_api.h"

namespace scanlogin {
namespace {

constexpr const char* kNoUser = "用户不存在";

UserAdmin user_admin(App& app) { return {app.config, app.mysql, app.redis, app.log}; }

void log_done(const AdminCall& call, const char* what) {
  call.app.log_of(call.request)
      .info(what, {{"user", call.match.id}, {"admin", call.actor.admin.value_or(0)}});
}

}  // namespace

Response show_user(const AdminCall& call) {
  std::optional<UserAdmin::Details> shown = user_admin(call.app).show(call.match.id);
  if (!shown) return not_found(kNoUser);
  return data_response(std::move(shown->user)).with("ETag", '"' + shown->version + '"');
}

Response change_user(const AdminCall& call) {
  const auto version = required_version(call.request);
  if (const auto* missing = std::get_if<Response>(&version)) return *missing;
  const auto changes = parse_user_changes(call.request.body());
  if (const auto* bad = std::get_if<BadParameter>(&changes)) return invalid(bad->name);
  const AdminOutcome outcome = user_admin(call.app).change(
      call.actor, call.match.id, std::get<EntityTags>(version), std::get<UserChanges>(changes));
  if (outcome != AdminOutcome::done) return outcome_response(outcome, "", kNoUser);
  log_done(call, "user changed");
  return show_user(call);
}

Response log_user_out(const AdminCall& call) {
  const AdminOutcome outcome = user_admin(call.app).log_out(call.actor, call.match.id);
  if (outcome == AdminOutcome::done) log_done(call, "user logged out");
  return outcome_response(outcome, "已退出所有设备", kNoUser);
}

Response end_session(const AdminCall& call) {
  const AdminOutcome outcome =
      user_admin(call.app).end_session(call.actor, call.match.id, call.match.session);
  if (outcome == AdminOutcome::done) log_done(call, "session ended");
  return outcome_response(outcome, "已下线", "会话不存在");
}

Response merge_user(const AdminCall& call) {
  const auto version = required_version(call.request);
  if (const auto* missing = std::get_if<Response>(&version)) return *missing;
  const auto parsed = parse_user_merge(call.request.body());
  if (const auto* bad = std::get_if<BadParameter>(&parsed)) return invalid(bad->name);
  const auto& merge = std::get<UserMerge>(parsed);
  const AdminOutcome outcome = user_admin(call.app).merge(
      call.actor, call.match.id, merge, {{std::get<EntityTags>(version), merge.confirm}});
  if (outcome != AdminOutcome::done) return outcome_response(outcome, "", kNoUser);
  call.app.log_of(call.request)
      .info(
          "user merged",
          {{"from", merge.from}, {"user", call.match.id}, {"admin", call.actor.admin.value_or(0)}});
  return show_user(call);
}

Response delete_user(const AdminCall& call) {
  const auto version = required_version(call.request);
  if (const auto* missing = std::get_if<Response>(&version)) return *missing;
  const auto confirm = confirmation_of(call.request);
  if (const auto* bad = std::get_if<Response>(&confirm)) return *bad;
  const AdminOutcome outcome = user_admin(call.app).remove(
      call.actor, call.match.id, std::get<EntityTags>(version), std::get<0>(confirm));
  if (outcome == AdminOutcome::done) log_done(call, "user deleted");
  return outcome_response(outcome, "已删除", kNoUser);
}

}  // namespace scanlogin
