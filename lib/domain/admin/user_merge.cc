#include "domain/admin/user_merge.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "domain/admin/user_admin.h"

namespace scanlogin {
namespace {

// Bytes of identities in one entry: with the longest texts that are kept it fits its column.
constexpr std::size_t kMostNamed = 3000;

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_keepable(std::string_view name) {
  return std::any_of(kKeepable.begin(), kKeepable.end(),
                     [name](const auto& field) { return field.first == name; });
}

// Both in the order of their ids: two merges that cross wait for each other, and neither fails.
struct Pair {
  Pair(mysql::Connection& connection, std::int64_t from_id, std::int64_t into_id) {
    if (from_id < into_id) from = Users::lock(connection, from_id);
    into = Users::lock(connection, into_id);
    if (from_id >= into_id) from = Users::lock(connection, from_id);
  }
  std::optional<User> from;
  std::optional<User> into;
};

// Takes over what is kept and differs; {"field":[before, after]}.
Json keep(const std::vector<std::string>& names, const User& from, User& into) {
  Json kept = Json::object();
  for (const auto& [name, field] : kKeepable) {
    if (!has(names, name) || into.*field == from.*field) continue;
    Json before_and_after = Json::array();
    before_and_after.push(Json::string_value(into.*field));
    before_and_after.push(Json::string_value(from.*field));
    kept = std::move(kept).with(name, std::move(before_and_after));
    into.*field = from.*field;
  }
  return kept;
}

Json merge_detail(std::int64_t from, std::int64_t into, const std::vector<LinkedIdentity>& moved) {
  Json identities = Json::array();
  std::size_t bytes = 0;
  std::int64_t unnamed = 0;
  for (const LinkedIdentity& one : moved) {
    Json identity = to_json(one.identity);
    bytes += identity.text().size();
    if (bytes > kMostNamed) {
      ++unnamed;
    } else {
      identities.push(std::move(identity));
    }
  }
  Json detail = Json::object().with("from", from).with("into", into);
  detail = std::move(detail).with("identities", std::move(identities));
  return unnamed == 0 ? std::move(detail) : std::move(detail).with("unnamed", unnamed);
}

void update(mysql::Connection& connection, const User& row) {
  connection.execute(
      "UPDATE user_user SET nickname = ?, avatar_url = ?, gender = ?, phone_number = ?,"
      " is_active = ? WHERE id = ?",
      {row.nickname, row.avatar_url, row.gender, row.phone_number, std::int64_t{row.is_active},
       row.id});
}

}  // namespace

bool are_keepable(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), is_keepable);
}

std::variant<UserMerge, BadParameter> parse_user_merge(std::string_view body) {
  const std::optional<Json> json = Json::parse(body);
  if (!json || !json->is_object()) return BadParameter{"body"};
  for (const std::string& name : json->keys()) {
    if (name != "from" && name != "keep" && name != "confirm") return BadParameter{name};
  }
  const std::optional<std::string> digits = json->string("from");
  const auto from = digits ? whole_number(*digits) : json->integer("from");
  UserMerge merge{.from = from.value_or(0), .confirm = json->string("confirm")};
  if (merge.from < 1) return BadParameter{"from"};
  if (!json->has("keep")) return merge;
  const auto names = json->strings("keep");
  if (!names || !are_keepable(*names)) return BadParameter{"keep"};
  merge.keep = *names;
  return merge;
}

AdminOutcome UserAdmin::merge(const Actor& actor, std::int64_t into, const UserMerge& merge,
                              const std::optional<MergeCheck>& check) {
  const std::int64_t from = merge.from;
  if (from == into) return AdminOutcome::same_user;
  ProfileChange telling(profiles_, log_);
  return mysql_.transaction([&](mysql::Connection& connection) {
    Pair users(connection, from, into);
    if (!users.from || !users.into) return AdminOutcome::not_found;
    if (actor.admin == from || !may_touch(actor, *users.from) || !may_touch(actor, *users.into)) {
      return AdminOutcome::forbidden;
    }
    const std::vector<LinkedIdentity> moved = Users::lock_identities(connection, from);
    // Also where this is tried again because the commit's answer was lost.
    const bool stands = !users.from->is_active && moved.empty();
    if (!stands && !users.into->is_active) return AdminOutcome::banned;
    if (!stands && check && !check->versions.name(version_of(*users.into))) {
      return AdminOutcome::outdated;
    }
    if (check && check->confirm != users.from->username) return AdminOutcome::unconfirmed;
    if (stands) return AdminOutcome::done;

    telling.begin(from);
    telling.begin(into);
    Json kept = keep(merge.keep, *users.from, *users.into);
    Json active = Json::array();
    active.push(Json::boolean_value(users.from->is_active));
    active.push(Json::boolean_value(false));
    users.from->is_active = false;
    for (const User& row : {*users.from, *users.into}) {
      update(connection, row);
      Users::mark_changed(connection, row.id);
    }
    Users::move_identities(connection, from, into);
    record(connection, actor,
           {"merge", into, merge_detail(from, into, moved).with("kept", std::move(kept))});
    record(connection, actor,
           {"merged", from, merge_detail(from, into, moved).with("is_active", std::move(active))});
    sessions_.end_all(from, Ending::disabled);
    return AdminOutcome::done;
  });
}

}  // namespace scanlogin
