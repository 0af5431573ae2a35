#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "clients/mysql.h"
#include "domain/users/seen_ids.h"

namespace scanlogin {

// Which users were changed in MySQL, by whatever program: the table user_changed, which the
// triggers of sql/triggers.sql fill. Not thread-safe. Methods throw Error(database).
//
// What comes behind others with higher ids is waited for (seen_ids.h): a transaction that stays
// open for longer than that is noticed late. After another server has taken over it begins anew:
// that one may lack what was read before.
class ChangedUsers {
 public:
  explicit ChangedUsers(mysql::Client& mysql) : mysql_(mysql) {}

  enum class Reading {
    unavailable,  // no triggers, or none that this may see
    begun,        // from now on changes are known; of those before nothing is
    complete,     // all that is committed by now was passed on
  };
  using PassOn = std::function<void(const std::vector<std::int64_t>& users)>;
  // Passes on who was changed since the last time. Where it throws, or pass_on does, the same are
  // passed on again the next time.
  Reading read(const PassOn& pass_on);

  // Deletes what is two hours old: nobody is so far behind. To be called about once a minute.
  void shorten();

 private:
  bool has_triggers();
  Reading begin();
  void read_late_ones(const PassOn& pass_on);
  void pass_on_new(const std::vector<mysql::Row>& rows, const PassOn& pass_on);

  mysql::Client& mysql_;
  bool begun_ = false;
  std::uint64_t servers_before_ = 0;
  SeenIds seen_;
};

}  // namespace scanlogin
