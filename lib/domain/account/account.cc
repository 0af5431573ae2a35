#include "domain/account/account.h"

#include <vector>

#include "domain/audit/audit.h"
#include "domain/users/linked_identities.h"

namespace scanlogin {
namespace {

Json details_of(const std::vector<LinkedIdentity>& identities) {
  Json all = Json::array();
  for (const LinkedIdentity& one : identities) all.push(to_json(one.identity));
  return Json::object().with("identities", std::move(all));
}

// The same, but nobody is told from where.
Actor without_origin(Actor actor) {
  actor.origin = {};
  return actor;
}

}  // namespace

Json Account::identities(std::int64_t user) {
  Json items = Json::array();
  for (const LinkedIdentity& one : users_.identities(user)) items.push(to_json(one));
  return items;
}

AccountOutcome Account::unlink(const Actor& actor, std::int64_t user, std::int64_t identity) {
  bool found = false;  // by an attempt before this one
  return mysql_.transaction([&](mysql::Connection& connection) {
    // The user's row stands for all of theirs: two requests cannot take one each of the last two.
    const std::optional<User> row = Users::lock(connection, user);
    if (!row || !row->is_active) return AccountOutcome::gone;
    const std::vector<LinkedIdentity> all = Users::lock_identities(connection, user);
    const std::vector<LinkedIdentity> unlinked = unlinked_with(identity, all);
    if (unlinked.empty()) return found ? AccountOutcome::done : AccountOutcome::not_found;
    found = true;
    if (!can_log_in_without(unlinked, all, providers_)) return AccountOutcome::last_identity;
    Users::mark_changed(connection, user);
    for (const LinkedIdentity& one : unlinked) Users::unlink(connection, one.id);
    record(connection, actor, {"unlink", user, details_of(unlinked)});
    return AccountOutcome::done;
  });
}

AccountOutcome Account::remove(const Actor& actor, std::int64_t user, std::string_view session,
                               const std::optional<std::string>& confirm) {
  bool found = false;  // by an attempt before this one
  ProfileChange telling(profiles_, log_);
  const auto work = [&](mysql::Connection& connection) {
    const std::optional<User> row = Users::lock(connection, user);
    if (!row) return found ? AccountOutcome::done : AccountOutcome::gone;
    found = true;
    if (!row->is_active) return AccountOutcome::gone;
    if (confirm != row->username) return AccountOutcome::unconfirmed;
    if (row->is_staff || row->is_superuser) return AccountOutcome::forbidden;
    telling.begin(user);
    Users::remove(connection, user);
    forget_origins(connection, user);
    record(connection, without_origin(actor), {"delete", user});
    sessions_.end_all(user, Ending::revoked, session);
    return AccountOutcome::done;
  };
  try {
    return mysql_.transaction(work);
  } catch (const mysql::Failure& failure) {
    if (!failure.row_referenced()) throw;
    return AccountOutcome::referenced;
  }
}

}  // namespace scanlogin
