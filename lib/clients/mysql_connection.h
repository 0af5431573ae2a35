#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/server_settings.h"
#include "clients/mysql_failure.h"

namespace scanlogin::mysql {

using Parameter = std::variant<std::nullptr_t, std::int64_t, std::string_view>;
using Parameters = std::vector<Parameter>;

// A row's columns as text, in UTF-8; nothing for NULL.
using Row = std::vector<std::optional<std::string>>;

// What one statement gave.
struct ResultSet {
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

// A column that is a whole number; 0 for NULL.
std::int64_t to_integer(const std::optional<std::string>& column);

// What a server says of itself.
struct Condition {
  bool read_only = false;
  bool snapshot_isolation = false;  // a locking read fails if the row has changed (MariaDB 11.6)
  bool galera = false;              // a node of a Galera cluster; the rest is of such a one:
  bool ready = true;   // it belongs to the part of the cluster that goes on, and takes statements
  bool synced = true;  // and is level with it: not giving or getting a copy of all data
};

// How long things may take, in whole seconds.
struct TimeLimits {
  std::chrono::seconds connect{2};
  std::chrono::seconds reply{5};
};

class Statement;

// One connection; not thread-safe. The character set is utf8mb4, the time zone UTC. At a Galera
// node whatever is read outside of a transaction, and all that one reads, is as all nodes have it:
// what was committed anywhere before is there.
class Connection {
 public:
  // Connects; throws Failure. The host is looked up anew each time, and of several addresses each
  // is tried.
  Connection(const MysqlConfig& config, const ServerAddress& address, TimeLimits limits = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Both prepare the statement the first time they see it, and keep it. Both throw Failure.
  std::vector<Row> query(const std::string& sql, const Parameters& parameters);
  // The id of the row that an INSERT made, 0 for other statements.
  std::int64_t execute(const std::string& sql, const Parameters& parameters);

  // Runs statements with a semicolon between them, as the server itself tells them apart, up to the
  // first that fails; passes on what each of them gave that gives rows. Throws Failure, and then
  // the session is left as the last statement had it.
  void run_script(const std::string& sql, const std::function<void(const ResultSet&)>& given);

  // As the server was when this was connected.
  const Condition& condition() const noexcept;
  // As it is now, by asking. Throws Failure.
  Condition ask_condition();

  int socket() const noexcept;
  // Which of several servers it leads to, and what is to go when the connection goes.
  void keep(std::size_t server, std::shared_ptr<void> companion);
  std::size_t server() const noexcept;

 private:
  friend class Transaction;
  Statement& prepared(const std::string& sql);
  void simple(const char* sql);  // a statement without parameters or result

  struct State;
  std::unique_ptr<State> state_;
};

// Rolls back at its end, unless it was committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace scanlogin::mysql
