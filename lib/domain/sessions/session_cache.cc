#include "domain/sessions/session_cache.h"

#include <chrono>

#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::chrono::seconds kTrust{5};

jwt::Time now_in_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// The user whose sessions a key of Redis holds; 0 if it is no such key.
std::int64_t user_of(std::string_view key) {
  if (!key.starts_with(Sessions::kKeyPrefix)) return 0;
  return whole_number(key.substr(Sessions::kKeyPrefix.size())).value_or(0);
}

}  // namespace

// Registers itself before it reads: a change that comes before the result is kept finds it there,
// and marks it overtaken.
class SessionCache::LookUp : public AnswerMemory::LookUp {
 public:
  LookUp(SessionCache& cache, std::int64_t whose)
      : AnswerMemory::LookUp{.user = whose}, cache_(cache) {
    const std::lock_guard lock(cache_.mutex_);
    cache_.memory_.begin(*this);
  }
  ~LookUp() {
    const std::lock_guard lock(cache_.mutex_);
    cache_.memory_.end(*this);
  }
  LookUp(const LookUp&) = delete;
  LookUp& operator=(const LookUp&) = delete;

 private:
  SessionCache& cache_;
};

SessionCache::SessionCache(const Config& config, mysql::Client& mysql, redis::Client& redis,
                           const Log& log, Describe describe)
    : authenticator_(config, mysql, redis),
      describe_(describe),
      memory_(static_cast<std::size_t>(config.current_cache_entries)),
      watcher_(config.redis, redis, Sessions::kKeyPrefix, log, mutex_,
               {.changed = [this](std::string_view key) { memory_.forget(user_of(key)); },
                .missed = [this] { memory_.forget_all(); }}) {}

std::shared_ptr<const std::string> SessionCache::find(std::string_view token) {
  const std::lock_guard lock(mutex_);
  watcher_.take_changes();
  return memory_.find(token, std::chrono::steady_clock::now(), now_in_seconds());
}

std::variant<std::shared_ptr<const std::string>, Denial> SessionCache::look_up(
    std::string_view token) {
  const auto verified = authenticator_.verify(token);
  if (const auto* denial = std::get_if<Denial>(&verified)) return *denial;
  const auto& claims = std::get<jwt::Claims>(verified);

  watcher_.start();
  const LookUp look_up(*this, claims.id);
  const auto read_at = std::chrono::steady_clock::now();
  const auto user = authenticator_.find_user(token, claims);
  if (const auto* denial = std::get_if<Denial>(&user)) return *denial;

  auto answer = std::make_shared<const std::string>(describe_(std::get<User>(user)));
  const std::lock_guard lock(mutex_);
  if (watcher_.take_changes() && !look_up.overtaken) {
    memory_.keep({std::string(token), claims.id, answer, claims.exp, read_at + kTrust});
  }
  return answer;
}

}  // namespace scanlogin
