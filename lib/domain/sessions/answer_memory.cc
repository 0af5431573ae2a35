#include "domain/sessions/answer_memory.h"

#include <iterator>
#include <utility>
#include <vector>

namespace scanlogin {
namespace {

constexpr int kMostSpared = 64;  // for one that comes: nobody waits until all are looked through

}  // namespace

AnswerMemory::Entry* AnswerMemory::find(std::string_view token, Time now, jwt::Time date,
                                        const Trust& trust) {
  const auto found = by_token_.find(token);
  if (found == by_token_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  const auto longest = entry->settled ? trust.settled : trust.unsettled;
  if (now - entry->read >= longest || entry->exp <= date) {
    erase(entry);
    return nullptr;
  }
  entry->met = true;
  return &*entry;
}

void AnswerMemory::keep(Entry entry) {
  if (limit_ == 0) return;
  if (const auto old = by_token_.find(entry.token); old != by_token_.end()) erase(old->second);
  if (entries_.size() >= limit_) make_room();
  entries_.push_front(std::move(entry));
  by_token_.emplace(entries_.front().token, entries_.begin());
  by_user_.emplace(entries_.front().user, entries_.begin());
}

// Cheaper for whoever is met than a list in the order of their last visits, nearly as good.
void AnswerMemory::make_room() {
  for (int spared = 0; spared < kMostSpared && entries_.back().met; ++spared) {
    entries_.back().met = false;
    entries_.splice(entries_.begin(), entries_, std::prev(entries_.end()));
  }
  erase(std::prev(entries_.end()));
}

void AnswerMemory::forget(std::int64_t user) {
  for (LookUp* look_up : look_ups_) {
    look_up->overtaken = look_up->overtaken || look_up->user == user;
  }
  const auto [begin, end] = by_user_.equal_range(user);
  std::vector<Entries::iterator> entries;
  for (auto it = begin; it != end; ++it) entries.push_back(it->second);
  for (const Entries::iterator entry : entries) erase(entry);
}

void AnswerMemory::forget_all() {
  for (LookUp* look_up : look_ups_) look_up->overtaken = true;
  by_token_.clear();
  by_user_.clear();
  entries_.clear();
}

void AnswerMemory::erase(Entries::iterator entry) {
  by_token_.erase(entry->token);
  const auto [begin, end] = by_user_.equal_range(entry->user);
  for (auto it = begin; it != end; ++it) {
    if (it->second == entry) {
      by_user_.erase(it);
      break;
    }
  }
  entries_.erase(entry);
}

}  // namespace scanlogin
