#include "domain/login/scan_watch.h"

#include <functional>
#include <string>

#include "domain/login/login_keys.h"

namespace scanlogin {
namespace {

constexpr std::size_t kMarks = std::size_t{1} << 22;  // 512 KiB of bits

std::size_t place_of(std::string_view uuid) { return std::hash<std::string_view>()(uuid) % kMarks; }

}  // namespace

ScanWatch::ScanWatch(const RedisConfig& config, redis::Client& redis, const Log& log)
    : redis_(redis),
      recent_(kMarks),
      older_(kMarks),
      watcher_(config, redis, login_keys::kWatched, log, mutex_,
               {.changed = [this](std::string_view key) { mark(key); },
                .missed = [this] { forget_all(); }}) {}

bool ScanWatch::may_have_code(std::string_view uuid) {
  const std::lock_guard lock(mutex_);
  if (!take_changes() || !complete_) return true;
  const std::size_t place = place_of(uuid);
  return recent_[place] || older_[place];
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
  try {
    mark_pending();
  } catch (const Error&) {
    return;  // Redis is away, as the next poll is about to find out and report
  }
  const std::lock_guard lock(mutex_);
  complete_ = take_changes();
}

// SCAN returns every key that is there from its beginning to its end (redis.io/commands/scan).
void ScanWatch::mark_pending() {
  const std::string pattern = std::string(login_keys::kWatched) + "*";
  std::string cursor = "0";
  do {
    const redis::Value page = redis_.command({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
    if (page.array.size() != 2) throw Error(ErrorKind::cache, "Redis: unreadable SCAN reply");
    const std::lock_guard lock(mutex_);
    for (const redis::Value& key : page.array[1].array) mark(key.text);
    cursor = page.array[0].text;
  } while (cursor != "0");
}

bool ScanWatch::take_changes() {
  const auto now = std::chrono::steady_clock::now();
  if (now - recent_since_ > login_keys::kCodeLife) {
    older_.swap(recent_);
    recent_.assign(kMarks, false);
    recent_since_ = now;
  }
  return watcher_.take_changes();
}

void ScanWatch::forget_all() {
  complete_ = false;
  recent_.assign(kMarks, false);
  older_.assign(kMarks, false);
  recent_since_ = std::chrono::steady_clock::now();
}

void ScanWatch::mark(std::string_view key) {
  if (!key.starts_with(login_keys::kWatched)) return;
  key.remove_prefix(login_keys::kWatched.size());
  recent_[place_of(key.substr(0, key.find(':')))] = true;
}

}  // namespace scanlogin
