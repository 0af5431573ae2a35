#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/log.h"
#include "clients/mysql_connection.h"
#include "clients/mysql_servers.h"
#include "clients/pool.h"
#include "clients/sockets.h"

namespace scanlogin::mysql {

class Watch;

// MySQL, from any thread: a pool of connections, made when first needed, and used for 2 seconds
// at the most, so that a server that another one has taken over from is soon left. Connecting may
// take 2 seconds, a statement 5, a lock 3. All methods throw Error(database).
//
// Of several servers the first that is well is used (mysql_servers.h). They are watched from the
// first connection on; what waits for one that is gone goes on at the next.
class Client {
 public:
  // Use::lists: for what may be read at a replica. The servers are the config's readers, and behind
  // them those that take writes.
  Client(const MysqlConfig& config, int connections, Log log, Use use = Use::writes);
  ~Client();

  // Reads. If the connection had died while idle, or leads to a server that is not the one to ask
  // any more, it is read once more on a new one; and at each other server, if there are several.
  std::vector<Row> query(const std::string& sql, const Parameters& parameters);

  // Sees that a server answers a statement.
  void ping() { query("SHOW WARNINGS", {}); }

  // How often another server has taken the place of the one that was used: what was read at that
  // one may be missing at this one, unless they are of one cluster.
  std::uint64_t servers_used() const noexcept { return servers_used_; }

  // Runs the work in a transaction and commits it. The whole is repeated on a deadlock, on a
  // duplicate key (what was inserted first is found then; a conflict that stays is thrown), on a
  // lock that took too long, on a server that is not the one to ask any more and on a connection
  // that broke, the commit's answer included: so the work must come to the same end when what it
  // did stands already.
  template <class Work>
  auto transaction(const Work& work) {
    using Result = decltype(work(std::declval<Connection&>()));
    if constexpr (std::is_void_v<Result>) {
      transaction([&](Connection& connection) {
        work(connection);
        return true;
      });
    } else {
      std::optional<Result> result;
      repeat([&](Connection& connection) {
        Transaction transaction(connection);
        result.emplace(work(connection));
        transaction.commit();
      });
      return std::move(*result);
    }
  }

 private:
  using Lease = Pool<Connection>::Lease;

  void repeat(const std::function<void(Connection&)>& attempt);
  void leave(Lease& lease, const Failure& failure);
  std::unique_ptr<Connection> connect();
  std::unique_ptr<Connection> connect_to_one_of_several();
  std::unique_ptr<Connection> connect_to(std::size_t server);
  void start_watch();
  void note(std::size_t server, ServerState state, const std::string& reason);

  const MysqlConfig config_;
  const std::vector<ServerAddress> addresses_;
  const Use use_;
  const Log log_;
  Servers servers_;
  std::atomic<std::uint64_t> servers_used_{0};
  std::vector<Sockets> sockets_;  // by server
  Pool<Connection> pool_;
  std::once_flag watch_started_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace scanlogin::mysql
