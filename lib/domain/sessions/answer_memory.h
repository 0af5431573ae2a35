#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/jwt.h"

namespace scanlogin {

// What was answered for the last tokens, by token and by user. It knows nothing of Redis: whoever
// has one says what has changed. Not thread-safe.
class AnswerMemory {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Answer = std::shared_ptr<const std::string>;
  struct Entry {
    std::string token;
    std::int64_t user = 0;
    Answer answer;
    jwt::Time exp;
    Time read;  // from MySQL
    // Whether a change of the user is certain to be heard of; if not, it is for a short time only.
    bool settled = true;
    Time noted;        // when it was last seen to that the session's use is on record
    bool met = false;  // since it was last spared
  };
  // For how long an answer counts, from when it was read.
  struct Trust {
    std::chrono::milliseconds settled;
    std::chrono::milliseconds unsettled;
  };

  // A look-up of a token of this user, from before it reads until its answer is kept or dropped.
  struct LookUp {
    std::int64_t user = 0;
    bool overtaken = false;  // something changed meanwhile: the answer may be an old one
  };

  // Holds `limit` entries; 0 remembers nothing. Where one has to leave, it is the oldest that
  // nobody has met since it was last spared for that; or just the oldest, behind 64 that were met.
  explicit AnswerMemory(std::size_t limit) : limit_(limit) {}

  // What there is for a token that is in date and trusted still; null if nothing is. Good until the
  // next call.
  Entry* find(std::string_view token, Time now, jwt::Time date, const Trust& trust);
  // In place of what was there for the token.
  void keep(Entry entry);

  // From begin() to end() a look-up is told of what overtakes it.
  void begin(LookUp& look_up) { look_ups_.insert(&look_up); }
  void end(LookUp& look_up) { look_ups_.erase(&look_up); }

  std::size_t size() const noexcept { return entries_.size(); }

  // Something of this user has changed; or of anybody.
  void forget(std::int64_t user);
  void forget_all();

 private:
  using Entries = std::list<Entry>;
  void erase(Entries::iterator entry);
  void make_room();

  const std::size_t limit_;
  Entries entries_;  // the youngest first, and those that were spared
  std::unordered_map<std::string_view, Entries::iterator> by_token_;
  std::unordered_multimap<std::int64_t, Entries::iterator> by_user_;
  std::set<LookUp*> look_ups_;
};

}  // namespace scanlogin
