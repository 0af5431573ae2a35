#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "clients/mysql.h"

namespace scanlogin {

// Which users were changed in MySQL, by whatever program: the table user_changed, which the
// triggers of sql/triggers.sql fill. Not thread-safe. Methods throw Error(database).
//
// A row gets its id when it is written and is seen when its transaction commits, so one may come
// behind others with higher ids. Ids that were passed over are asked for again for ten minutes: a
// transaction that stays open for longer than that is noticed late. Of many gaps the oldest are
// joined, and what is between them is passed on again; one that is so far behind that 10,000 ids
// lie between is given up then.
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
  using Clock = std::chrono::steady_clock;
  struct Gap {
    std::int64_t last = 0;
    Clock::time_point since;
  };

  bool has_triggers();
  Reading begin();
  void pass_over(std::int64_t id, Clock::time_point now);
  void read_gaps(const PassOn& pass_on);
  void fill_gap(std::int64_t id);
  void join_gaps();

  mysql::Client& mysql_;
  bool begun_ = false;
  std::int64_t last_ = 0;             // the highest id that was read
  std::map<std::int64_t, Gap> gaps_;  // by their first ids: those below last_ that were not there
};

}  // namespace scanlogin
