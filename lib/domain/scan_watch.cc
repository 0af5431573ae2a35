#include "domain/scan_watch.h"

#include <exception>
#include <functional>
#include <string>

#include "domain/login_keys.h"

namespace scanlogin {
namespace {

constexpr std::size_t kMarks = std::size_t{1} << 22;  // 512 KiB of bits

std::size_t place_of(std::string_view uuid) { return std::hash<std::string_view>()(uuid) % kMarks; }

}  // namespace

ScanWatch::ScanWatch(const RedisConfig& config, redis::Client& redis, const Log& log)
    : redis_(redis), watches_(config, login_keys::kWatched, log), recent_(kMarks), older_(kMarks) {}

bool ScanWatch::may_have_code(std::string_view uuid) {
  const std::lock_guard lock(mutex_);
  take_changes();
  if (!watch_ || !complete_) return true;
  const std::size_t place = place_of(uuid);
  return recent_[place] || older_[place];
}

void ScanWatch::watch() {
  const std::unique_lock starting(starting_, std::try_to_lock);
  if (!starting) return;
  {
    const std::lock_guard lock(mutex_);
    if (watch_ && complete_) return;
  }
  // Watched first, looked through then: a code stored in between is marked twice, never missed.
  std::unique_ptr<redis::KeyWatch> fresh = watches_.start();
  if (!fresh) return;
  {
    const std::lock_guard lock(mutex_);
    watch_ = std::move(fresh);
    complete_ = false;
    recent_.assign(kMarks, false);
    older_.assign(kMarks, false);
    recent_since_ = std::chrono::steady_clock::now();
  }
  try {
    mark_pending();
  } catch (const Error&) {
    return;  // Redis is away, as the next poll is about to find out and report
  }
  const std::lock_guard lock(mutex_);
  complete_ = watch_ != nullptr;
}

void ScanWatch::tick() {
  const std::lock_guard lock(mutex_);
  take_changes();
  if (!watch_) return;
  try {
    watch_->keep_alive();
  } catch (const Error&) {
    stop_watching();
  }
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

void ScanWatch::take_changes() {
  if (!watch_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - recent_since_ > CodeMap::kCodeLife) {
    older_.swap(recent_);
    recent_.assign(kMarks, false);
    recent_since_ = now;
  }
  try {
    const redis::Changes changes = watch_->read();
    for (const std::string& key : changes.keys) mark(key);
  } catch (const std::exception&) {
    stop_watching();
  }
}

void ScanWatch::stop_watching() {
  watch_.reset();
  complete_ = false;
}

void ScanWatch::mark(std::string_view key) {
  if (!key.starts_with(login_keys::kWatched)) return;
  key.remove_prefix(login_keys::kWatched.size());
  recent_[place_of(key.substr(0, key.find(':')))] = true;
}

}  // namespace scanlogin
