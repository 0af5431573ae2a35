#include "clients/mysql.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "clients/mysql_watch.h"

namespace scanlogin::mysql {
namespace {

constexpr std::chrono::seconds kLongestLife{2};
// After which no further server is tried for the same request: nginx waits 20 seconds.
constexpr std::chrono::seconds kLongestSearch{6};

// Whoever was overtaken, by a deadlock or to a key, is told at once; the others have cost seconds.
constexpr int kRepeatsWhenOvertaken = 5;
constexpr int kRepeatsAfterWaiting = 1;
// In a Galera cluster nobody waits for a row that is written at another node: of those who write it
// at the same time one gets it, each time, and the others are told at their COMMIT.
constexpr int kRepeatsInGalera = 20;
constexpr int kLongestPause = 20;  // milliseconds

void pause_briefly() {
  thread_local std::minstd_rand random(std::random_device{}());
  const int milliseconds = std::uniform_int_distribution<>(0, kLongestPause)(random);
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

std::vector<ServerAddress> addresses_for(const MysqlConfig& config, Use use) {
  std::vector<ServerAddress> addresses;
  if (use == Use::lists) addresses = config.readers;
  addresses.insert(addresses.end(), config.servers.begin(), config.servers.end());
  return addresses;
}

const char* reason_of(ServerState state) {
  switch (state) {
    case ServerState::lagging:
      return "it is a Galera node that is not synced";
    case ServerState::refusing:
      return "it is read-only, or not a part of its cluster";
    default:
      return "";
  }
}

}  // namespace

Client::Client(const MysqlConfig& config, int connections, Log log, Use use)
    : config_(config),
      addresses_(addresses_for(config, use)),
      use_(use),
      log_(std::move(log)),
      servers_(addresses_.size()),
      sockets_(addresses_.size()),
      pool_(
          static_cast<std::size_t>(connections), ErrorKind::database, [this] { return connect(); },
          kLongestLife) {}

Client::~Client() = default;

std::vector<Row> Client::query(const std::string& sql, const Parameters& parameters) {
  for (std::size_t tried = 1;; ++tried) {
    auto lease = pool_.lend();
    try {
      return lease->query(sql, parameters);
    } catch (const Failure& raw) {
      const Failure failure = not_level(raw);  // a read takes no lock that it could wait for
      if (!failure.tried_elsewhere()) throw;
      leave(lease, failure);
      if (!lease.reused() && tried >= servers_.count()) throw;
    }
  }
}

void Client::repeat(const std::function<void(Connection&)>& attempt) {
  const int others = static_cast<int>(servers_.count()) - 1;
  int overtaken = 0;
  for (int waited = 0;;) {
    auto lease = pool_.lend();
    try {
      return attempt(*lease);
    } catch (const Failure& failure) {
      const bool galera = lease->condition().galera;
      if (failure.tried_elsewhere()) {
        leave(lease, failure);
        if (++waited > kRepeatsAfterWaiting + others) throw;
      } else if (failure.deadlock() || failure.duplicate_key()) {
        if (++overtaken > (galera ? kRepeatsInGalera : kRepeatsWhenOvertaken)) throw;
      } else if (!failure.transaction_lost() || overtaken + waited++ >= kRepeatsAfterWaiting) {
        throw;
      }
      if (galera && overtaken > 1) pause_briefly();
    }
  }
}

// A connection that broke may have died of itself: the next one shows what is with the server.
void Client::leave(Lease& lease, const Failure& failure) {
  const std::size_t server = lease->server();
  lease.drop();
  pool_.renew();
  if (servers_.count() == 1) return;
  if (failure.wrong_server()) note(server, ServerState::refusing, failure.what());
  watch_->look_now();
}

std::unique_ptr<Connection> Client::connect() {
  if (servers_.count() == 1) return std::make_unique<Connection>(config_, addresses_.front());
  std::call_once(watch_started_, [this] { start_watch(); });
  return connect_to_one_of_several();
}

// If none is well, the best of those that can be connected to: one that takes no writes can be
// read. Nobody is kept waiting by one that is known to be lost while there is a choice.
std::unique_ptr<Connection> Client::connect_to_one_of_several() {
  const auto begun = Servers::Clock::now();
  std::optional<Failure> last;
  std::unique_ptr<Connection> best;
  for (const std::size_t server : servers_.order(begun)) {
    if (best && servers_.state(server) == ServerState::lost) break;
    if (Servers::Clock::now() - begun > kLongestSearch) break;
    try {
      auto connection = connect_to(server);
      if (servers_.state(server) == ServerState::well) return connection;
      if (!best || servers_.state(server) == ServerState::lagging) best = std::move(connection);
    } catch (const Failure& failure) {
      note(server, ServerState::lost, failure.what());
      last = failure;
    }
  }
  if (best) return best;
  throw *last;
}

std::unique_ptr<Connection> Client::connect_to(std::size_t server) {
  auto connection = std::make_unique<Connection>(config_, addresses_[server]);
  connection->keep(server, sockets_[server].hold(connection->socket(), sockets_[server].ends()));
  const ServerState state = state_of(connection->condition(), use_);
  note(server, state, reason_of(state));
  return connection;
}

void Client::start_watch() {
  const auto is_watched = [this](std::size_t server) { return servers_.is_watched(server); };
  const auto found = [this](std::size_t server, const Condition& condition) {
    const ServerState state = state_of(condition, use_);
    note(server, state, reason_of(state));
  };
  // Whoever answers, be it that there are too many connections, also answers those who wait.
  const auto lost = [this](std::size_t server, const Failure& failure) {
    note(server, ServerState::lost, failure.what());
    if (!failure.answered() && servers_.used() != server) sockets_[server].end_all();
  };
  watch_ = std::make_unique<Watch>(config_, addresses_, Watch::Owner{is_watched, found, lost});
}

void Client::note(std::size_t server, ServerState state, const std::string& reason) {
  const std::size_t before = servers_.used();
  if (!servers_.report(server, state, Servers::Clock::now())) return;
  const std::size_t used = servers_.used();
  ++servers_used_;
  pool_.renew();
  if (server == before) {
    log_.warning("another MySQL server is used", {{"server", to_text(addresses_[used])},
                                                  {"left", to_text(addresses_[before])},
                                                  {"reason", reason}});
  } else {
    log_.info("another MySQL server is used",
              {{"server", to_text(addresses_[used])}, {"left", to_text(addresses_[before])}});
  }
}

}  // namespace scanlogin::mysql
