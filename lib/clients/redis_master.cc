#include "clients/redis_master.h"

#include <thread>
#include <utility>

namespace scanlogin::redis {
namespace {

// For the first word of a Sentinel.
constexpr std::chrono::seconds kFindLimit{1};
// Sentinels tell one another of a switch, and their clients, within milliseconds.
constexpr std::chrono::milliseconds kHearing{250};

}  // namespace

Master::Master(const RedisConfig& config, const Log& log) : config_(config), log_(log) {
  if (config.sentinels.empty()) {
    address_ = config.address;
  } else {
    sentinels_.emplace(config, log, [this](const ServerAddress& address) { move(address); });
  }
}

std::optional<ServerAddress> Master::address() {
  std::unique_lock lock(mutex_);
  found_.wait_for(lock, kFindLimit, [this] { return address_.has_value(); });
  return address_;
}

std::unique_ptr<Connection> Master::connect() {
  const std::uint64_t moves = sockets_.ends();
  const std::optional<ServerAddress> there = address();
  if (!there) {
    throw Error(ErrorKind::cache, "Redis: no Sentinel names a master " + config_.master_name);
  }
  RedisConfig config = config_;
  config.address = *there;
  auto connection =
      std::make_unique<Connection>(config, [&](int fd) { return sockets_.hold(fd, moves); });
  if (config_.sentinels.empty()) return connection;
  // Sentinels may not have heard yet that a server is no master any more (the same page, "Step 3").
  const Value role = connection->send({"ROLE"});
  if (role.array.empty() || role.array[0].text != "master") {
    throw BrokenConnection(to_text(*there) + " is not the master", false);
  }
  return connection;
}

void Master::move(const ServerAddress& address) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = !address_.has_value();
    address_ = address;
    moved_ = Clock::now();
  }
  if (first) return found_.notify_all();
  sockets_.end_all();
  log_.warning("Redis's master is another one now", {{"address", to_text(address)}});
}

void Master::wait_until_known() const {
  Clock::time_point until;
  {
    const std::lock_guard lock(mutex_);
    if (moved_ == Clock::time_point::min()) return;
    until = moved_ + kHearing;
  }
  std::this_thread::sleep_until(until);
}

}  // namespace scanlogin::redis
