#include "domain/users/users.h"

#include <vector>

#include "base/crypto.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

// Columns' widths in characters (sql/schema.sql).
constexpr std::size_t kNicknameWidth = 225;
constexpr std::size_t kAvatarWidth = 1024;

std::string fitting_avatar(const std::string& url) {
  return utf8_cut(url, kAvatarWidth).size() == url.size() ? url : std::string();
}

std::string without_spaces_behind(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// What Django stores for a user who has no password: nothing hashes to it.
std::string unusable_password() {
  return "!" + random_text(40, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

// What a transaction reads without a lock is as it stood at its first reading.
enum class As { read_first, it_stands };

std::optional<std::int64_t> owner_of(mysql::Connection& connection, const Identity& identity,
                                     As how = As::read_first) {
  const std::string sql =
      "SELECT user_id, oauth_id FROM user_oauth WHERE oauth_type = ? AND oauth_id = ? ORDER BY id";
  const auto rows = connection.query(how == As::it_stands ? sql + " LOCK IN SHARE MODE" : sql,
                                     {identity.type, identity.id});
  for (const mysql::Row& row : rows) {
    // A table that Django made may compare without regard to case; ids may differ by it. To
    // every one, and so to its unique key, spaces at the end are nothing.
    if (without_spaces_behind(row[1].value_or("")) == identity.id) return mysql::to_integer(row[0]);
  }
  return std::nullopt;
}

void add(mysql::Connection& connection, const Identity& identity, std::int64_t user) {
  connection.execute(
      "INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)"
      " VALUES (?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), ?)",
      {identity.type, identity.id, user});
}

// Signs a person in, inside one transaction.
class SigningIn {
 public:
  SigningIn(mysql::Connection& connection, const Person& person, const Log& log)
      : connection_(connection), person_(person), log_(log) {}

  Users::SignIn run() {
    std::vector<std::optional<std::int64_t>> owners;
    for (const Identity& identity : person_.identities)
      owners.push_back(owner_of(connection_, identity));
    std::optional<User> known;
    for (std::size_t i = 0; i < owners.size() && !known; ++i) {
      known = lock(person_.identities[i], owners[i]);
    }
    std::optional<Clash> clash = known ? find_clash(known->id, owners) : std::nullopt;
    if (known && !known->is_active) return Banned{known->id};
    if (!known && person_.consent_needed) return Stranger{};
    SignedIn signed_in = known ? refresh(*known) : create();
    signed_in.clash = std::move(clash);
    for (std::size_t i = 0; i < owners.size(); ++i) {
      if (!owners[i]) add(connection_, person_.identities[i], signed_in.user);
    }
    return signed_in;
  }

 private:
  // The first one: none of the providers vouches for more than two identities of a person.
  std::optional<Clash> find_clash(std::int64_t user,
                                  const std::vector<std::optional<std::int64_t>>& owners) const {
    for (std::size_t i = 0; i < owners.size(); ++i) {
      if (!owners[i] || *owners[i] == user) continue;
      const Identity& identity = person_.identities[i];
      const auto owner = owner_of(connection_, identity, As::it_stands);
      if (!owner || *owner == user) continue;
      log_.warning("identity clash", {{"user", user}, {"other_user", *owner}});
      return Clash{*owner, identity};
    }
    return std::nullopt;
  }

  // One who is being banned or deleted is looked at when that is done, and who logs in twice at
  // once does so one after the other. A user who is gone by then was not found; of one who was
  // merged into another, and is banned since, the identity is that one's.
  std::optional<User> lock(const Identity& identity, std::optional<std::int64_t>& found) {
    while (found) {
      std::optional<User> user = Users::lock(connection_, *found);
      if (user && user->is_active) return user;
      const std::optional<std::int64_t> owner =
          user ? owner_of(connection_, identity, As::it_stands) : std::nullopt;
      if (user && owner == found) return user;
      found = owner;
    }
    return std::nullopt;
  }

  SignedIn create() {
    const std::string username = "user_" + random_uuid();
    const std::int64_t id = connection_.execute(
        "INSERT INTO user_user (password, last_login, is_superuser, username, first_name,"
        " last_name, email, is_staff, is_active, date_joined, nickname, avatar_url, gender,"
        " phone_number) VALUES (?, UTC_TIMESTAMP(6), 0, ?, '', '', '', 0, 1, UTC_TIMESTAMP(6),"
        " ?, ?, ?, '')",
        {unusable_password_, username, nickname_, avatar_, person_.gender});
    return {id, username, true};
  }

  SignedIn refresh(const User& known) {
    const std::string& nickname = newer(known.nickname, nickname_);
    const std::string& avatar = newer(known.avatar_url, avatar_);
    connection_.execute(
        "UPDATE user_user SET nickname = ?, avatar_url = ?, last_login = UTC_TIMESTAMP(6)"
        " WHERE id = ?",
        {nickname, avatar, known.id});
    return {known.id, known.username, false,
            known.nickname != nickname || known.avatar_url != avatar};
  }

  const std::string& newer(const std::string& known, const std::string& now) const {
    return person_.told_profile || known.empty() ? now : known;
  }

  mysql::Connection& connection_;
  const Person& person_;
  const Log& log_;
  const std::string unusable_password_ = unusable_password();
  const std::string nickname_ = std::string(utf8_cut(person_.nickname, kNicknameWidth));
  const std::string avatar_ = fitting_avatar(person_.avatar_url);
};

constexpr const char* kSelectUser =
    "SELECT username, nickname, avatar_url, gender, phone_number, is_active, is_staff,"
    " is_superuser FROM user_user WHERE id = ?";

std::optional<User> user_of(std::int64_t id, const std::vector<mysql::Row>& rows) {
  if (rows.empty()) return std::nullopt;
  const mysql::Row& row = rows.front();
  return User{.id = id,
              .username = row[0].value_or(""),
              .nickname = row[1].value_or(""),
              .avatar_url = row[2].value_or(""),
              .gender = row[3].value_or(""),
              .phone_number = row[4].value_or(""),
              .is_active = mysql::to_integer(row[5]) != 0,
              .is_staff = mysql::to_integer(row[6]) != 0,
              .is_superuser = mysql::to_integer(row[7]) != 0};
}

constexpr const char* kSelectIdentities =
    "SELECT id, oauth_type, oauth_id, created_time, last_mod_time FROM user_oauth"
    " WHERE user_id = ? ORDER BY id";

std::vector<LinkedIdentity> identities_of(const std::vector<mysql::Row>& rows) {
  std::vector<LinkedIdentity> all;
  all.reserve(rows.size());
  for (const mysql::Row& row : rows) {
    all.push_back({.id = mysql::to_integer(row[0]),
                   .identity = {row[1].value_or(""), row[2].value_or("")},
                   .created_time = row[3].value_or(""),
                   .last_mod_time = row[4].value_or("")});
  }
  return all;
}

}  // namespace

Json to_json(const Identity& identity) {
  return Json::object().with("oauth_type", identity.type).with("oauth_id", identity.id);
}

Json to_json(const User& user) {
  return Json::object()
      .with("id", user.id)
      .with("username", user.username)
      .with("nickname", user.nickname)
      .with("avatar_url", user.avatar_url)
      .with("gender", user.gender)
      .with("phone_number", user.phone_number);
}

std::optional<User> Users::find(std::int64_t id) {
  return user_of(id, mysql_.query(kSelectUser, {id}));
}

std::optional<User> Users::lock(mysql::Connection& connection, std::int64_t id) {
  return user_of(id, connection.query(std::string(kSelectUser) + " FOR UPDATE", {id}));
}

std::vector<LinkedIdentity> Users::identities(std::int64_t id) {
  return identities_of(mysql_.query(kSelectIdentities, {id}));
}

std::vector<LinkedIdentity> Users::lock_identities(mysql::Connection& connection, std::int64_t id) {
  return identities_of(connection.query(std::string(kSelectIdentities) + " FOR UPDATE", {id}));
}

Users::Linking Users::link(mysql::Connection& connection, std::int64_t user, const Person& person) {
  const std::optional<User> known = lock(connection, user);
  if (!known || !known->is_active) return Banned{user};
  Added added;
  for (const Identity& identity : person.identities) {
    const auto owner = owner_of(connection, identity);
    if (owner && *owner != user) return Taken{};
    if (!owner) added.identities.push_back(identity);
  }
  // A merge of the user into another one takes along what it finds.
  if (!added.identities.empty()) mark_changed(connection, user);
  for (const Identity& identity : added.identities) add(connection, identity, user);
  return added;
}

Users::SignIn Users::sign_in(mysql::Connection& connection, const Person& person, const Log& log) {
  return SigningIn(connection, person, log).run();
}

}  // namespace scanlogin
