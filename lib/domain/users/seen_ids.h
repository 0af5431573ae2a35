#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace scanlogin {

// Which ids of a table that only grows have been seen, and which may yet come: a row gets its id
// when it is written and is seen when its transaction commits, so it may come behind others with
// higher ids. Ids that were passed over are waited for, for ten minutes, and as long as no more
// than 30,000 ids lie between them and the newest. Most of them may never come: where each node of
// a cluster counts in steps of its own, that is how it is.
class SeenIds {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes kPatience{10};
  static constexpr std::int64_t kWidest = 30000;

  // Anew: up to this id nothing is waited for.
  void begin(std::int64_t last);

  // The highest id that was seen.
  std::int64_t last() const noexcept { return last_; }

  // Whether it was not seen yet, and is waited for.
  bool is_new(std::int64_t id) const;
  void see(std::int64_t id, Clock::time_point now);

  struct Range {
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  // Below last(), where those are that are waited for: so many ranges at the most, between them all
  // others. What was seen may be in a range as well.
  std::vector<Range> waited_for(std::size_t most, Clock::time_point now);

 private:
  struct Gap {
    std::int64_t last = 0;
    Clock::time_point since;
  };
  using Gaps = std::map<std::int64_t, Gap>;  // by their first ids
  Gaps::const_iterator gap_of(std::int64_t id) const;
  void give_up(Clock::time_point now);

  std::int64_t last_ = 0;
  Gaps gaps_;
};

}  // namespace scanlogin
