#include "clients/mysql_watch.h"

#include <utility>

namespace scanlogin::mysql {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{500};
constexpr TimeLimits kLimits{.connect = std::chrono::seconds(1), .reply = std::chrono::seconds(1)};
// As long as any other connection: the name may lead elsewhere by then.
constexpr std::chrono::seconds kLongestLife{2};

}  // namespace

Watch::Watch(MysqlConfig config, std::vector<ServerAddress> servers, Owner owner)
    : config_(std::move(config)),
      servers_(std::move(servers)),
      owner_(std::move(owner)),
      looks_(servers_.size()) {
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    threads_.emplace_back([this, i] { run(i); });
  }
}

Watch::~Watch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Watch::look_now() {
  {
    const std::lock_guard lock(mutex_);
    ++calls_;
  }
  changed_.notify_all();
}

void Watch::run(std::size_t server) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::size_t calls = calls_;
    lock.unlock();
    if (owner_.is_watched(server)) {
      look(server);
    } else {
      looks_[server].connection.reset();
    }
    lock.lock();
    changed_.wait_for(lock, kBetweenLooks, [this, calls] { return stopping_ || calls_ != calls; });
  }
}

// On a connection that served before a failure may be its own (it was killed, or idle for too
// long), which a new one shows; but a server that has let a second pass has had its time.
void Watch::look(std::size_t server) {
  Look& look = looks_[server];
  const auto begun = Clock::now();
  if (begun - look.made >= kLongestLife) look.connection.reset();
  for (;;) {
    const bool reused = look.connection != nullptr;
    try {
      if (!reused) {
        look.made = Clock::now();
        look.connection = std::make_unique<Connection>(config_, servers_[server], kLimits);
        owner_.found(server, look.connection->condition());
      } else {
        owner_.found(server, look.connection->ask_condition());
      }
      return;
    } catch (const Failure& failure) {
      look.connection.reset();
      if (reused && Clock::now() - begun < kLimits.reply) continue;
      owner_.lost(server, failure);
      return;
    }
  }
}

}  // namespace scanlogin::mysql
