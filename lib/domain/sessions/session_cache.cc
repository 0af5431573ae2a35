#include "domain/sessions/session_cache.h"

#include <charconv>
#include <vector>

namespace scanlogin {
namespace {

constexpr std::chrono::seconds kTrust{5};

jwt::Time now_in_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// The user whose sessions a key of Redis holds; 0 if it is no such key.
std::int64_t user_of(std::string_view key) {
  std::int64_t user = 0;
  if (!key.starts_with(Sessions::kKeyPrefix)) return user;
  key.remove_prefix(Sessions::kKeyPrefix.size());
  std::from_chars(key.data(), key.data() + key.size(), user);
  return user;
}

}  // namespace

// Registers itself before it reads: a change that comes before the result is kept finds it here,
// and marks it overtaken.
class SessionCache::LookUp {
 public:
  LookUp(SessionCache& cache, std::int64_t whose) : user(whose), cache_(cache) {
    const std::lock_guard lock(cache_.mutex_);
    cache_.look_ups_.insert(this);
  }
  ~LookUp() {
    const std::lock_guard lock(cache_.mutex_);
    cache_.look_ups_.erase(this);
  }
  LookUp(const LookUp&) = delete;
  LookUp& operator=(const LookUp&) = delete;

  const std::int64_t user;
  bool overtaken = false;

 private:
  SessionCache& cache_;
};

SessionCache::SessionCache(const Config& config, mysql::Client& mysql, redis::Client& redis,
                           const Log& log, Describe describe)
    : limit_(static_cast<std::size_t>(config.current_cache_entries)),
      authenticator_(config.secret_keys, mysql, redis),
      describe_(describe),
      watcher_(config.redis, redis, Sessions::kKeyPrefix, log, mutex_,
               {.changed = [this](std::string_view key) { forget(user_of(key)); },
                .missed = [this] { forget_all(); }}) {}

std::shared_ptr<const std::string> SessionCache::find(std::string_view token) {
  const std::lock_guard lock(mutex_);
  watcher_.take_changes();
  const auto found = by_token_.find(token);
  if (found == by_token_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  if (entry->trusted_until <= std::chrono::steady_clock::now() || entry->exp <= now_in_seconds()) {
    erase(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->answer;
}

std::variant<std::shared_ptr<const std::string>, Denial> SessionCache::look_up(
    std::string_view token) {
  const auto verified = authenticator_.verify(token);
  if (const auto* denial = std::get_if<Denial>(&verified)) return *denial;
  const auto& claims = std::get<jwt::Claims>(verified);

  watcher_.start();
  LookUp fill(*this, claims.id);
  const SteadyTime read_at = std::chrono::steady_clock::now();
  const auto user = authenticator_.find_user(token, claims);
  if (const auto* denial = std::get_if<Denial>(&user)) return *denial;

  auto answer = std::make_shared<const std::string>(describe_(std::get<User>(user)));
  const std::lock_guard lock(mutex_);
  if (watcher_.take_changes() && !fill.overtaken) {
    keep({std::string(token), claims.id, answer, claims.exp, read_at + kTrust});
  }
  return answer;
}

void SessionCache::forget(std::int64_t user) {
  for (LookUp* fill : look_ups_) fill->overtaken = fill->overtaken || fill->user == user;
  const auto [begin, end] = by_user_.equal_range(user);
  std::vector<Entries::iterator> entries;
  for (auto it = begin; it != end; ++it) entries.push_back(it->second);
  for (const Entries::iterator entry : entries) erase(entry);
}

void SessionCache::forget_all() {
  for (LookUp* fill : look_ups_) fill->overtaken = true;
  by_token_.clear();
  by_user_.clear();
  entries_.clear();
}

void SessionCache::erase(Entries::iterator entry) {
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

void SessionCache::keep(Entry entry) {
  if (limit_ == 0) return;
  if (const auto old = by_token_.find(entry.token); old != by_token_.end()) erase(old->second);
  if (entries_.size() >= limit_) erase(std::prev(entries_.end()));
  entries_.push_front(std::move(entry));
  by_token_.emplace(entries_.front().token, entries_.begin());
  by_user_.emplace(entries_.front().user, entries_.begin());
}

}  // namespace scanlogin
