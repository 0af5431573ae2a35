#include "clients/mysql_servers.h"

#include <algorithm>
#include <numeric>

namespace scanlogin::mysql {
namespace {

constexpr std::chrono::seconds kProbation{1};

}  // namespace

// A list may be read anywhere that can be read: a replica takes no writes.
ServerState state_of(const Condition& condition, Use use) {
  if (!condition.ready) return ServerState::refusing;
  if (condition.read_only && use == Use::writes) return ServerState::refusing;
  return condition.synced ? ServerState::well : ServerState::lagging;
}

// One that nobody has tried yet is taken for well: every process begins with the first of the list.
// Whoever refuses can still be read.
int Servers::rank(const Server& server, Clock::time_point now) {
  switch (server.state) {
    case ServerState::unknown:
      return 0;
    case ServerState::well:
      return now >= server.trusted_from ? 0 : 1;
    case ServerState::lagging:
      return 2;
    case ServerState::refusing:
      return 3;
    default:
      return 4;
  }
}

std::vector<std::size_t> Servers::order(Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::size_t> all(servers_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::stable_sort(all.begin(), all.end(), [&](std::size_t a, std::size_t b) {
    return rank(servers_[a], now) < rank(servers_[b], now);
  });
  return all;
}

bool Servers::report(std::size_t server, ServerState state, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Server& known = servers_[server];
  const bool recovers = state == ServerState::well && known.state != ServerState::well &&
                        known.state != ServerState::unknown;
  if (recovers) known.trusted_from = now + kProbation;
  known.state = state;
  const std::size_t before = used_;
  used_ = best(now);
  return used_ != before;
}

std::size_t Servers::best(Clock::time_point now) const {
  const auto it = std::min_element(
      servers_.begin(), servers_.end(),
      [now](const Server& a, const Server& b) { return rank(a, now) < rank(b, now); });
  return static_cast<std::size_t>(it - servers_.begin());
}

std::size_t Servers::used() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

ServerState Servers::state(std::size_t server) const {
  const std::lock_guard lock(mutex_);
  return servers_[server].state;
}

bool Servers::is_watched(std::size_t server) const {
  const std::lock_guard lock(mutex_);
  return server <= used_ || rank(servers_[used_], Clock::time_point::max()) > 0;
}

}  // namespace scanlogin::mysql
