#include "domain/admin/user_admin.h"

#include <algorithm>
#include <vector>

#include "base/crypto.h"
#include "domain/admin/admin_lists.h"
#include "domain/users/linked_identities.h"

namespace scanlogin {
namespace {

constexpr std::int64_t kHistory = 50;
constexpr std::int64_t kIdentities = 200;

// The changes that differ from the row, made in it and noted as {"field":[before, after]}.
class Edit {
 public:
  Edit(User& row, const UserChanges& changes) {
    text("nickname", row.nickname, changes.nickname);
    text("phone_number", row.phone_number, changes.phone_number);
    text("gender", row.gender, changes.gender);
    flag("is_active", row.is_active, changes.is_active);
    flag("is_staff", row.is_staff, changes.is_staff);
  }
  bool empty() const { return empty_; }
  Json detail() && { return std::move(detail_); }

 private:
  void text(const char* name, std::string& field, const std::optional<std::string>& wanted) {
    if (!wanted || *wanted == field) return;
    note(name, Json::array().push(Json::string_value(field)).push(Json::string_value(*wanted)));
    field = *wanted;
  }
  void flag(const char* name, bool& field, const std::optional<bool>& wanted) {
    if (!wanted || *wanted == field) return;
    note(name, Json::array().push(Json::boolean_value(field)).push(Json::boolean_value(*wanted)));
    field = *wanted;
  }
  void note(const char* name, Json before_and_after) {
    detail_ = std::move(detail_).with(name, std::move(before_and_after));
    empty_ = false;
  }

  Json detail_ = Json::object();
  bool empty_ = true;
};

bool takes_own_access(const Actor& actor, std::int64_t user, const UserChanges& changes) {
  return actor.admin == user && (changes.is_staff == false || changes.is_active == false);
}

Json rows_of_user(mysql::Client& mysql, const Listing& listing, std::int64_t user,
                  bool newest_first, std::int64_t limit) {
  ListQuery query = rows_with(listing, "user", user, limit);
  query.descending = newest_first;
  Json items = Json::array();
  for (const mysql::Row& row : read_part(mysql, listing, query).rows) {
    items.push(row_json(listing, row));
  }
  return items;
}

User user_of(const mysql::Row& row) {
  const auto text = [&](const char* name) { return column_of(users_listing(), row, name); };
  const auto flag = [&](const char* name) { return mysql::to_integer(text(name)) != 0; };
  return User{.id = mysql::to_integer(text("id")),
              .username = text("username"),
              .nickname = text("nickname"),
              .avatar_url = text("avatar_url"),
              .gender = text("gender"),
              .phone_number = text("phone_number"),
              .is_active = flag("is_active"),
              .is_staff = flag("is_staff"),
              .is_superuser = flag("is_superuser")};
}

void update(mysql::Connection& connection, std::int64_t user, const User& row) {
  connection.execute(
      "UPDATE user_user SET nickname = ?, phone_number = ?, gender = ?, is_active = ?,"
      " is_staff = ? WHERE id = ?",
      {row.nickname, row.phone_number, row.gender, std::int64_t{row.is_active},
       std::int64_t{row.is_staff}, user});
}

}  // namespace

std::string UserAdmin::version_of(const User& row) {
  Json json = Json::array();
  for (const std::string* text :
       {&row.username, &row.nickname, &row.avatar_url, &row.gender, &row.phone_number}) {
    json.push(Json::string_value(*text));
  }
  for (const bool flag : {row.is_active, row.is_staff, row.is_superuser}) {
    json.push(Json::boolean_value(flag));
  }
  return sha256_hex(json.text()).substr(0, 32);
}

bool UserAdmin::may_touch(const Actor& actor, const User& row) {
  return actor.superuser || !row.is_superuser;
}

std::optional<UserAdmin::Details> UserAdmin::show(std::int64_t user) {
  const auto found = read_part(mysql_, users_listing(), rows_with(users_listing(), "id", user, 1));
  if (found.rows.empty()) return std::nullopt;
  const mysql::Row& row = found.rows.front();
  return Details{
      row_json(users_listing(), row)
          .with("identities", rows_of_user(mysql_, oauths_listing(), user, false, kIdentities))
          .with("sessions", sessions_of(user))
          .with("history", rows_of_user(mysql_, audit_listing(), user, true, kHistory)),
      version_of(user_of(row))};
}

AdminOutcome UserAdmin::change(const Actor& actor, std::int64_t user,
                               const std::optional<EntityTags>& versions,
                               const UserChanges& changes) {
  int attempts = 0;
  ProfileChange telling(profiles_, log_);
  return mysql_.transaction([&](mysql::Connection& connection) {
    std::optional<User> row = Users::lock(connection, user);
    if (!row) return AdminOutcome::not_found;
    if (!may_touch(actor, *row) || takes_own_access(actor, user, changes)) {
      return AdminOutcome::forbidden;
    }
    const std::string present = version_of(*row);
    const bool was_active = row->is_active;
    Edit edit(*row, changes);
    // Tried again because the commit's answer was lost, what is wanted may stand already.
    if (++attempts > 1 && edit.empty()) return AdminOutcome::done;
    if (versions && !versions->name(present)) return AdminOutcome::outdated;
    if (edit.empty()) return AdminOutcome::done;
    telling.begin(user);
    update(connection, user, *row);
    record(connection, actor, {"change", user, std::move(edit).detail()});
    if (was_active && !row->is_active) sessions_.end_all(user, Ending::disabled);
    return AdminOutcome::done;
  });
}

// null while Redis is away: what MySQL knows can be shown all the same.
Json UserAdmin::sessions_of(std::int64_t user) {
  try {
    Json sessions = Json::array();
    for (const Session& session : sessions_.list(user)) sessions.push(to_json(session));
    return sessions;
  } catch (const Error& error) {
    log_.warning("sessions not shown", {{"reason", error.what()}});
    return Json::null_value();
  }
}

AdminOutcome UserAdmin::log_out(const Actor& actor, std::int64_t user) {
  return mysql_.transaction([&](mysql::Connection& connection) {
    const std::optional<User> row = Users::lock(connection, user);
    if (!row) return AdminOutcome::not_found;
    if (!may_touch(actor, *row)) return AdminOutcome::forbidden;
    record(connection, actor, {"logout-all", user});
    sessions_.end_all(user, Ending::revoked);
    return AdminOutcome::done;
  });
}

AdminOutcome UserAdmin::end_session(const Actor& actor, std::int64_t user, std::string_view id) {
  const bool there = sessions_.has(user, id);
  return mysql_.transaction([&](mysql::Connection& connection) {
    const std::optional<User> row = Users::lock(connection, user);
    if (!row || !there) return AdminOutcome::not_found;
    if (!may_touch(actor, *row)) return AdminOutcome::forbidden;
    record(connection, actor, {"revoke", user, Json::object(), std::string(id)});
    sessions_.end(user, id, Ending::revoked);
    return AdminOutcome::done;
  });
}

AdminOutcome UserAdmin::remove(const Actor& actor, std::int64_t user, const EntityTags& versions,
                               const std::optional<std::string>& confirm) {
  int attempts = 0;
  ProfileChange telling(profiles_, log_);
  const auto work = [&](mysql::Connection& connection) {
    const std::optional<User> row = Users::lock(connection, user);
    if (!row) return ++attempts > 1 ? AdminOutcome::done : AdminOutcome::not_found;
    ++attempts;
    if (!may_touch(actor, *row) || actor.admin == user) return AdminOutcome::forbidden;
    if (!versions.name(version_of(*row))) return AdminOutcome::outdated;
    if (confirm != row->username) return AdminOutcome::unconfirmed;
    telling.begin(user);
    Users::remove(connection, user);
    record(connection, actor, {"delete", user, Json::object().with("username", row->username)});
    sessions_.end_all(user, Ending::revoked);
    return AdminOutcome::done;
  };
  try {
    return mysql_.transaction(work);
  } catch (const mysql::Failure& failure) {
    if (!failure.row_referenced()) throw;
    return AdminOutcome::referenced;
  }
}

AdminOutcome UserAdmin::unlink(const Actor& actor, std::int64_t identity, bool last_too) {
  int attempts = 0;
  return mysql_.transaction([&](mysql::Connection& connection) {
    const auto found = connection.query("SELECT user_id FROM user_oauth WHERE id = ?", {identity});
    if (found.empty()) return attempts > 0 ? AdminOutcome::done : AdminOutcome::not_found;
    ++attempts;
    const std::int64_t user = mysql::to_integer(found.front()[0]);
    // The user's row stands for all of theirs: two admins cannot take one each of the last two.
    const std::optional<User> row = Users::lock(connection, user);
    if (!row) return AdminOutcome::not_found;
    if (!may_touch(actor, *row)) return AdminOutcome::forbidden;
    const std::vector<LinkedIdentity> all = Users::lock_identities(connection, user);
    const auto it = std::find_if(all.begin(), all.end(), [identity](const LinkedIdentity& one) {
      return one.id == identity;
    });
    if (it == all.end()) return AdminOutcome::not_found;
    if (row->is_active && !last_too && !can_log_in_without({*it}, all, providers_)) {
      return AdminOutcome::last_identity;
    }
    Users::mark_changed(connection, user);
    Users::unlink(connection, identity);
    record(connection, actor, {"unlink", user, to_json(it->identity)});
    return AdminOutcome::done;
  });
}

}  // namespace scanlogin
