#include "clients/redis_watcher.h"

#include <sys/epoll.h>

#include <exception>
#include <utility>

#include "clients/redis.h"
#include "clients/redis_connection.h"
#include "clients/redis_key_watch.h"

namespace scanlogin::redis {
namespace {

constexpr std::chrono::seconds kBetweenAttempts{1};
// While nobody can be asked whether the watch is at the right server.
constexpr std::chrono::seconds kUnconfirmed{2};

}  // namespace

Watcher::Watcher(Client& client, std::string_view prefix, Log log, std::mutex& mutex, Owner owner)
    : client_(client),
      prefix_(prefix),
      log_(std::move(log)),
      owner_(std::move(owner)),
      mutex_(mutex) {}

Watcher::~Watcher() = default;

bool Watcher::take_changes() {
  if (!watch_) return false;
  try {
    const Changes changes = watch_->read();
    if (changes.everything) owner_.missed();
    for (const std::string& key : changes.keys) owner_.changed(key);
  } catch (const std::exception&) {
    stop();
  }
  return watch_ != nullptr && watch_->is_level();
}

void Watcher::start() {
  {
    const std::lock_guard lock(mutex_);
    if (watch_) return;
  }
  const std::unique_lock starting(starting_, std::try_to_lock);
  if (!starting || Clock::now() < next_attempt_) return;
  next_attempt_ = Clock::now() + kBetweenAttempts;
  try {
    begin(std::make_unique<KeyWatch>(client_.master(), prefix_));
    refused_ = false;
  } catch (const ErrorReply& error) {
    if (!refused_) log_.warning("Redis refuses to be watched", {{"reason", error.what()}});
    refused_ = true;
  } catch (const Error&) {
    // Out of reach: whoever wanted the watch is about to find out, and to report it.
  }
}

void Watcher::begin(std::unique_ptr<KeyWatch> watch) {
  const std::lock_guard lock(mutex_);
  if (watch_) return;
  watch_ = std::move(watch);
  owner_.missed();
  if (loop_ != nullptr) loop_->add(watch_->fd(), EPOLLIN, *this);
}

// What an older watch was told of is no harm: its descriptor is closed with it.
void Watcher::on_events(std::uint32_t /*events*/) {
  const std::lock_guard lock(mutex_);
  take_changes();
}

void Watcher::stop() {
  lost_.add();
  watch_.reset();
  owner_.missed();
}

void Watcher::tick() {
  const std::lock_guard lock(mutex_);
  take_changes();
  if (!watch_) return;
  try {
    watch_->keep_alive();
  } catch (const Error&) {
    stop();
  }
}

void Watcher::check() {
  std::string channel;
  {
    const std::lock_guard lock(mutex_);
    if (!watch_) return;
    channel = watch_->channel();
  }
  if (!is_lost(channel)) return;
  // First: who still reads from the old server has begun before `missed` is called.
  client_.reconnect();
  const std::lock_guard lock(mutex_);
  if (watch_ && watch_->channel() == channel) stop();
}

bool Watcher::is_lost(std::string_view channel) {
  try {
    if (is_watched_there(client_.master(), channel)) {
      confirmed_ = Clock::now();
      return false;
    }
    log_.warning("another Redis is at the address now");
    return true;
  } catch (const Error&) {
    return Clock::now() - confirmed_ > kUnconfirmed;
  }
}

}  // namespace scanlogin::redis
