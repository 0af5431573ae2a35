#include "domain/check/schema.h"

#include <algorithm>
#include <optional>

namespace scanlogin::check {

const std::array<Column, 32> kColumns = {{
    {"user_user", "id", Holds::id},
    {"user_user", "password", Holds::text, 128},
    {"user_user", "last_login", Holds::time},
    {"user_user", "is_superuser", Holds::flag},
    {"user_user", "username", Holds::text, 150},
    {"user_user", "first_name", Holds::text},
    {"user_user", "last_name", Holds::text},
    {"user_user", "email", Holds::text},
    {"user_user", "is_staff", Holds::flag},
    {"user_user", "is_active", Holds::flag},
    {"user_user", "date_joined", Holds::time},
    {"user_user", "nickname", Holds::text, 225},
    {"user_user", "avatar_url", Holds::text, 1024},
    {"user_user", "gender", Holds::text, 1},
    {"user_user", "phone_number", Holds::text, 32},
    {"user_oauth", "id", Holds::id},
    {"user_oauth", "oauth_type", Holds::text, 32},
    {"user_oauth", "oauth_id", Holds::text, 200},
    {"user_oauth", "created_time", Holds::time},
    {"user_oauth", "last_mod_time", Holds::time},
    {"user_oauth", "user_id", Holds::id},
    {"user_audit", "id", Holds::id},
    {"user_audit", "at", Holds::time},
    {"user_audit", "action", Holds::text, 20},
    {"user_audit", "user_id", Holds::id},
    {"user_audit", "actor_id", Holds::id},
    {"user_audit", "actor_name", Holds::text, 150},
    {"user_audit", "address", Holds::text, 64},
    {"user_audit", "user_agent", Holds::text, 256},
    {"user_audit", "request", Holds::text, 64},
    {"user_audit", "session", Holds::text, 32},
    {"user_audit", "detail", Holds::text, 8000},
}};

const std::array<Key, 17> kKeys = {{
    {"user_user", "id", true},
    {"user_user", "username", true},
    {"user_user", "nickname"},
    {"user_user", "phone_number"},
    {"user_user", "date_joined"},
    {"user_user", "last_login"},
    {"user_user", "is_active"},
    {"user_user", "is_staff"},
    {"user_oauth", "id", true},
    {"user_oauth", "oauth_type,oauth_id", true},
    {"user_oauth", "user_id"},
    {"user_oauth", "oauth_id,user_id"},
    {"user_audit", "id", true},
    {"user_audit", "request,action,session", true},
    {"user_audit", "user_id"},
    {"user_audit", "actor_id"},
    {"user_audit", "at"},
}};

namespace {

bool is_one_of(std::string_view type, std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool can_hold(const ActualColumn& actual, Holds holds) {
  switch (holds) {
    case Holds::flag:
      return actual.type.ends_with("int");
    case Holds::id:
      return is_one_of(actual.type, {"int", "bigint"});
    case Holds::time:
      return is_one_of(actual.type, {"datetime", "timestamp"});
    case Holds::text:
      return is_one_of(actual.type, {"varchar", "char", "text", "mediumtext", "longtext"});
  }
  return false;
}

std::optional<std::string> fault_of(const Column& column, const ActualColumn& actual) {
  if (!can_hold(actual, column.holds)) return "is of the type " + actual.type;
  if (column.holds == Holds::id && column.name == "id" && !actual.counts_up) {
    return "does not count up (AUTO_INCREMENT)";
  }
  if (column.holds != Holds::text) return std::nullopt;
  if (actual.characters < column.characters) {
    return "holds " + std::to_string(actual.characters) + " characters, not " +
           std::to_string(column.characters);
  }
  if (column.name == "nickname" && actual.charset != "utf8mb4") return "is not in utf8mb4";
  if (column.name == "oauth_id" && !actual.collation.ends_with("_bin")) {
    return "has the collation " + actual.collation + ", in which ids that differ in case are one";
  }
  return std::nullopt;
}

bool stands_for(const ActualKey& actual, const Key& key) {
  if (actual.table != key.table) return false;
  if (key.unique) return actual.unique && actual.columns == key.columns;
  return actual.columns == key.columns ||
         actual.columns.starts_with(std::string(key.columns) + ",");
}

}  // namespace

std::vector<std::string> wrong_columns(const ActualColumns& actual) {
  std::vector<std::string> wrong;
  for (const Column& column : kColumns) {
    const std::string name = std::string(column.table) + "." + std::string(column.name);
    const auto found = actual.find(name);
    if (found == actual.end()) {
      wrong.push_back(name + " is missing");
    } else if (const auto fault = fault_of(column, found->second)) {
      wrong.push_back(name + " " + *fault);
    }
  }
  return wrong;
}

std::vector<Key> missing_keys(const std::vector<ActualKey>& actual) {
  std::vector<Key> missing;
  for (const Key& key : kKeys) {
    const bool there = std::any_of(actual.begin(), actual.end(),
                                   [&](const ActualKey& one) { return stands_for(one, key); });
    if (!there) missing.push_back(key);
  }
  return missing;
}

}  // namespace scanlogin::check
