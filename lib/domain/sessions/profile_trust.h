#pragma once

#include <atomic>
#include <chrono>

#include "base/config.h"
#include "base/log.h"
#include "domain/sessions/profiles.h"
#include "domain/users/changed_users.h"

namespace scanlogin {

// For how long what was read of a user in MySQL is good. A change made by scanlogin is heard of at
// once; for what other programs write it is PROFILE_TRUST_S. Where the triggers of sql/triggers.sql
// tell of that too, it is Profiles::kLife, for what was read since this process listens to them;
// and PROFILE_TRUST_S again while they have not been heard of for two seconds. What was read before
// this process began, or before it last lost sight of Redis, is never good: Redis may have lost the
// word of a change. Thread-safe, but read_changes().
class ProfileTrust {
 public:
  using Clock = std::chrono::steady_clock;

  ProfileTrust(const Config& config, mysql::Client& mysql, const Log& log)
      : shortest_(config.profile_trust), changed_(mysql), log_(log) {}

  std::chrono::milliseconds shortest() const noexcept { return shortest_; }
  std::chrono::milliseconds longest(Clock::time_point now) const noexcept;

  // Whether the triggers are heard of just now.
  bool hears_changes(Clock::time_point now) const noexcept;

  // What Redis has kept so far may be older than it should be: it may have been restarted.
  void doubt_what_is_kept() noexcept { certain_since_ = Clock::now(); }

  // About once a second, on a thread: passes on who was changed. Whatever fails is the next
  // request's to report; here it costs trust.
  void read_changes(const ChangedUsers::PassOn& pass_on);

 private:
  void shorten();

  const std::chrono::milliseconds shortest_;
  ChangedUsers changed_;
  const Log log_;
  Clock::time_point next_look_;  // for triggers that were not there
  Clock::time_point next_shortening_;
  bool reported_ = false;
  std::atomic<Clock::time_point> certain_since_{Clock::now()};
  std::atomic<Clock::time_point> listening_since_{Clock::time_point::max()};
  std::atomic<Clock::time_point> heard_{Clock::time_point::min()};
};

}  // namespace scanlogin
