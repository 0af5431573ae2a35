#include "domain/scan_watch.h"

#include <string>

namespace scanlogin {
namespace {

std::size_t hash(std::string_view uuid) { return std::hash<std::string_view>()(uuid); }

}  // namespace

bool ScanWatch::may_have_code(std::string_view uuid) {
  const std::lock_guard lock(mutex_);
  take_changes();
  if (!watch_ || !complete_) return true;
  return recent_.contains(hash(uuid)) || older_.contains(hash(uuid));
}

void ScanWatch::ensure() {
  const std::unique_lock ensuring(ensuring_, std::try_to_lock);
  if (!ensuring) return;
  {
    const std::lock_guard lock(mutex_);
    if (watch_ && complete_) return;
  }
  try {
    // Watched first, looked through then: a code stored in between is noted twice, never missed.
    auto fresh = std::make_unique<redis::KeyWatch>(config_, CodeMap::kKeyPrefix);
    {
      const std::lock_guard lock(mutex_);
      watch_ = std::move(fresh);
      recent_.clear();
      older_.clear();
      recent_since_ = std::chrono::steady_clock::now();
    }
    note_pending();
    const std::lock_guard lock(mutex_);
    complete_ = watch_ != nullptr;
  } catch (const Error&) {
    // Redis is away: the poll that asked for this is about to find that out, and report it.
  }
}

void ScanWatch::tick() {
  const std::lock_guard lock(mutex_);
  take_changes();
}

// SCAN returns every key that is there from its beginning to its end (redis.io/commands/scan).
void ScanWatch::note_pending() {
  const std::string pattern = std::string(CodeMap::kKeyPrefix) + "*";
  std::string cursor = "0";
  do {
    const redis::Value page = redis_.command({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
    if (page.array.size() != 2) throw Error(ErrorKind::cache, "Redis: unreadable SCAN reply");
    const std::lock_guard lock(mutex_);
    for (const redis::Value& key : page.array[1].array) note(key.text);
    cursor = page.array[0].text;
  } while (cursor != "0");
}

void ScanWatch::take_changes() {
  if (!watch_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - recent_since_ > CodeMap::kCodeLife) {
    older_ = std::move(recent_);
    recent_.clear();
    recent_since_ = now;
  }
  try {
    const redis::Changes changes = watch_->read();
    for (const std::string& key : changes.keys) note(key);
  } catch (const Error&) {
    watch_.reset();
    complete_ = false;
  }
}

void ScanWatch::note(std::string_view key) {
  if (!key.starts_with(CodeMap::kKeyPrefix)) return;
  key.remove_prefix(CodeMap::kKeyPrefix.size());
  recent_.insert(hash(key));
}

}  // namespace scanlogin
