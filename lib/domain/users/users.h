#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "base/json.h"
#include "base/log.h"
#include "clients/mysql.h"
#include "domain/providers/person.h"

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

struct SignedIn {
  std::int64_t user = 0;
  std::string username;
  bool created = false;
};
struct Banned {
  std::int64_t user = 0;
};

// All SQL: the tables user_user and user_oauth, which sql/schema.sql describes. Methods throw
// Error(database).
class Users {
 public:
  explicit Users(mysql::Client& mysql) : mysql_(mysql) {}

  std::optional<User> find(std::int64_t id);
  // The same within a transaction, and nobody else can change the user until it ends.
  static std::optional<User> lock(mysql::Connection& connection, std::int64_t id);

  // Finds the person's user by unionid, else by openid, or makes one, and sees to it that both
  // identities are on record. Refreshes nickname, avatar and last_login; changes nothing for a
  // banned user. However many first logins of a person run at once, they come to one user. Where
  // the two identities belong to different users the unionid's counts, and the log is told.
  // A nickname too long for its column is cut, an avatar URL too long for it is left out. `noted`
  // is called with the outcome before the transaction commits, with the user locked, for what
  // belongs to it; again if the transaction is repeated.
  using SignIn = std::variant<SignedIn, Banned>;
  using Noted = std::function<void(mysql::Connection&, const SignIn&)>;
  SignIn sign_in(const Person& person, const Log& log, const Noted& noted);

 private:
  mysql::Client& mysql_;
};

}  // namespace scanlogin
