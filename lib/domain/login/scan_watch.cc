#include "domain/login/scan_watch.h"

#include <functional>
#include <string>
#include <utility>

namespace scanlogin {
namespace {

constexpr std::size_t kMarks = std::size_t{1} << 22;  // 512 KiB of bits

constexpr std::size_t kCounters = std::size_t{1} << 14;

std::size_t hash_of(std::string_view uuid) { return std::hash<std::string_view>()(uuid); }
std::size_t place_of(std::string_view uuid) { return hash_of(uuid) % kMarks; }

}  // namespace

ScanWatch::ScanWatch(redis::Client& redis, const LoginKeys& keys, EventLoop& loop, const Log& log,
                     std::function<void(const std::string& uuid)> scanned)
    : redis_(redis),
      keys_(keys),
      loop_(loop),
      log_(log),
      scanned_(std::move(scanned)),
      recent_(kMarks),
      older_(kMarks),
      notices_(kCounters),
      watcher_(redis, keys_.watched(), log, mutex_,
               {.changed = [this](std::string_view key) { notice(key); },
                .missed = [this] { forget_all(); }}) {
  watcher_.wake(loop);
}

bool ScanWatch::may_have_code(std::string_view uuid) {
  const std::lock_guard lock(mutex_);
  if (!take_changes() || !complete_) return true;
  const std::size_t place = place_of(uuid);
  return recent_[place] || older_[place];
}

std::uint64_t ScanWatch::hearing() {
  const std::lock_guard lock(mutex_);
  return take_changes() && complete_ ? std::uint64_t{gaps_} + 1 : 0;
}

std::uint64_t ScanWatch::notices_of(std::string_view uuid) {
  const std::lock_guard lock(mutex_);
  take_changes();
  return (std::uint64_t{gaps_} << 32U) + notices_[hash_of(uuid) % kCounters];
}

void ScanWatch::watch() {
  const std::unique_lock starting(starting_, std::try_to_lock);
  if (!starting) return;
  // Watched first, looked through then: a code stored in between is marked twice, never missed.
  watcher_.start();
  {
    const std::lock_guard lock(mutex_);
    if (!take_changes() || complete_) return;
  }
  bool all_marked = true;
  try {
    mark_pending();
  } catch (const redis::ErrorReply& error) {
    if (!std::exchange(refused_, true)) {
      log_.warning("Redis refuses to be looked through", {{"reason", error.what()}});
    }
    all_marked = false;
  } catch (const Error&) {
    return;  // Redis is away, as the next poll is about to find out and report
  }
  const std::lock_guard lock(mutex_);
  const bool all_heard = std::chrono::steady_clock::now() - watched_since_ > LoginKeys::kCodeLife;
  complete_ = take_changes() && (all_marked || all_heard);
}

// SCAN returns every key that is there from its beginning to its end (redis.io/commands/scan).
void ScanWatch::mark_pending() {
  const std::string pattern = keys_.watched() + "*";
  std::string cursor = "0";
  do {
    const redis::Value page = redis_.command({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
    if (page.array.size() != 2) throw Error(ErrorKind::cache, "Redis: unreadable SCAN reply");
    const std::lock_guard lock(mutex_);
    for (const redis::Value& key : page.array[1].array) {
      if (key.text.starts_with(keys_.watched())) mark(keys_.uuid_of(key.text));
    }
    cursor = page.array[0].text;
  } while (cursor != "0");
}

bool ScanWatch::take_changes() {
  const auto now = std::chrono::steady_clock::now();
  if (now - recent_since_ > LoginKeys::kCodeLife) {
    older_.swap(recent_);
    recent_.assign(kMarks, false);
    recent_since_ = now;
  }
  return watcher_.take_changes();
}

void ScanWatch::forget_all() {
  complete_ = false;
  ++gaps_;
  recent_.assign(kMarks, false);
  older_.assign(kMarks, false);
  recent_since_ = watched_since_ = std::chrono::steady_clock::now();
}

void ScanWatch::mark(std::string_view uuid) { recent_[place_of(uuid)] = true; }

void ScanWatch::notice(std::string_view key) {
  if (!key.starts_with(keys_.watched())) return;
  const std::string_view uuid = keys_.uuid_of(key);
  mark(uuid);
  ++notices_[hash_of(uuid) % kCounters];
  loop_.post([this, name = std::string(uuid)] { scanned_(name); });
}

}  // namespace scanlogin
