#include "domain/users/seen_ids.h"

#include <iterator>

namespace scanlogin {

void SeenIds::begin(std::int64_t last) {
  gaps_.clear();
  last_ = last;
}

SeenIds::Gaps::const_iterator SeenIds::gap_of(std::int64_t id) const {
  const auto above = gaps_.upper_bound(id);
  if (above == gaps_.begin()) return gaps_.end();
  const auto gap = std::prev(above);
  return id <= gap->second.last ? gap : gaps_.end();
}

bool SeenIds::is_new(std::int64_t id) const { return id > last_ || gap_of(id) != gaps_.end(); }

void SeenIds::see(std::int64_t id, Clock::time_point now) {
  if (id > last_) {
    if (id > last_ + 1) gaps_[last_ + 1] = {id - 1, now};
    last_ = id;
    return;
  }
  const auto found = gap_of(id);
  if (found == gaps_.end()) return;
  const auto [first, gap] = *found;
  gaps_.erase(found);
  if (first < id) gaps_[first] = {id - 1, gap.since};
  if (id < gap.last) gaps_[id + 1] = gap;
}

// Those that came up first are the lowest.
void SeenIds::give_up(Clock::time_point now) {
  while (!gaps_.empty()) {
    const auto [first, gap] = *gaps_.begin();
    const std::int64_t lowest = last_ - kWidest;
    const bool is_over = now - gap.since > kPatience || gap.last < lowest;
    if (!is_over && first >= lowest) return;
    gaps_.erase(gaps_.begin());
    if (!is_over) gaps_[lowest] = gap;
  }
}

std::vector<SeenIds::Range> SeenIds::waited_for(std::size_t most, Clock::time_point now) {
  give_up(now);
  const std::size_t joined = (gaps_.size() + most - 1) / most;
  std::vector<Range> ranges;
  std::size_t left = 0;
  for (const auto& [first, gap] : gaps_) {
    if (left == 0) {
      ranges.push_back({first, gap.last});
      left = joined;
    }
    ranges.back().last = gap.last;
    --left;
  }
  return ranges;
}

}  // namespace scanlogin
