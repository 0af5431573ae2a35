#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/log.h"
#include "clients/mysql.h"
#include "domain/providers/provider.h"

namespace scanlogin {

// A row of user_user, as far as the front ends see it.
struct User {
  std::int64_t id = 0;
  std::string username;
  std::string nickname;
  std::string avatar_url;
  std::string gender;
  std::string phone_number;
  bool is_active = false;
  bool is_staff = false;
  bool is_superuser = false;
};

// The user as `current` shows it: id, username, nickname, avatar_url, gender, phone_number.
Json to_json(const User& user);

// A row of user_oauth: an identity by which the user can log in.
struct LinkedIdentity {
  std::int64_t id = 0;
  Identity identity{};
  std::string created_time{};  // both as MySQL has them
  std::string last_mod_time{};
};

// {"oauth_type","oauth_id"}.
Json to_json(const Identity& identity);

// An identity of a person who is logged in as another user than the one it belongs to.
struct Clash {
  std::int64_t other_user = 0;
  Identity identity{};
};

struct SignedIn {
  std::int64_t user = 0;
  std::string username;
  bool created = false;
  bool changed = false;  // in what others may remember: nickname, avatar
  std::optional<Clash> clash{};
};
struct Banned {
  std::int64_t user = 0;
};
// Nobody has the identities, and the person has to be asked before they get a user.
struct Stranger {};

// The tables user_user and user_oauth (sql/schema.sql). Methods throw Error(database).
class Users {
 public:
  explicit Users(mysql::Client& mysql) : mysql_(mysql) {}

  std::optional<User> find(std::int64_t id);
  // The same within a transaction, and nobody else can change the user until it ends.
  static std::optional<User> lock(mysql::Connection& connection, std::int64_t id);

  // To be called by a transaction that has locked the user and changes what belongs to the user,
  // but not the row itself. In a Galera cluster each node knows only its own locks; of two
  // transactions at two nodes one is sent back only if both have written the same row. Elsewhere it
  // does nothing.
  static void mark_changed(mysql::Connection& connection, std::int64_t id);

  // The user's identities, in the order of their ids.
  std::vector<LinkedIdentity> identities(std::int64_t id);
  // The same within a transaction, as they stand: whoever has locked the user is the only one to
  // change them.
  static std::vector<LinkedIdentity> lock_identities(mysql::Connection& connection,
                                                     std::int64_t id);
  // Deletes an identity by the id of its row, in a transaction.
  static void unlink(mysql::Connection& connection, std::int64_t identity);
  // Makes all of a user's identities another one's, in a transaction. Both users are locked.
  static void move_identities(mysql::Connection& connection, std::int64_t from, std::int64_t into);
  // Deletes the user with all identities, in a transaction. Where another table of the site's
  // refers to the user, throws Failure with row_referenced(): the transaction has to be given up.
  static void remove(mysql::Connection& connection, std::int64_t id);

  // Part of a transaction, which has to be repeated where it fails with a duplicate key
  // (mysql::Client::transaction does): another login of the same person was first then. However
  // many first logins of a person run at once, they come to one user.
  //
  // Finds the person's user by the first identity that is anybody's, or makes one; sees to it that
  // all identities are on record; refreshes nickname, avatar (Person::told_profile) and last_login.
  // A banned user is not changed. No user is made of a Stranger. Where identities belong to
  // different users nothing is moved, and the log is told. An identity that is moved to another
  // user meanwhile counts as that user's. A nickname too long for
  // its column is cut, an avatar URL too long for it is left out. The user stays locked.
  using SignIn = std::variant<SignedIn, Banned, Stranger>;
  static SignIn sign_in(mysql::Connection& connection, const Person& person, const Log& log);

  // Adds the person's identities to the user, in a transaction that has to be repeated likewise.
  // Those that are the user's already stay as they are. Taken, and nothing is changed, where one is
  // another user's; Banned for a user who is banned or gone. The user stays locked.
  struct Added {
    std::vector<Identity> identities;
  };
  struct Taken {};
  using Linking = std::variant<Added, Taken, Banned>;
  static Linking link(mysql::Connection& connection, std::int64_t user, const Person& person);

 private:
  mysql::Client& mysql_;
};

}  // namespace scanlogin
