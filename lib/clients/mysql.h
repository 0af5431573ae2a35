#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/config.h"
#include "base/error.h"
#include "clients/pool.h"

namespace scanlogin::mysql {

// MySQL's word that a statement failed, with its error number.
class Failure : public Error {
 public:
  Failure(unsigned code, const std::string& text)
      : Error(ErrorKind::database, "MySQL " + std::to_string(code) + ": " + text), code_(code) {}
  unsigned code() const noexcept { return code_; }
  bool duplicate_key() const noexcept;
  // A row that is to be deleted is referred to by another table.
  bool row_referenced() const noexcept;
  // The connection is dead or ends; whether the statement ran is not known.
  bool connection_lost() const noexcept;
  // The server is not the one to ask: read-only, offline, or not a part of its cluster. It says
  // nothing about the statement, which did not run; another server may take it.
  bool wrong_server() const noexcept;
  bool deadlock() const noexcept;
  // The transaction fell victim to another one (deadlock, lock wait), and may well pass next time.
  bool transaction_lost() const noexcept;

 private:
  unsigned code_;
};

using Parameter = std::variant<std::nullptr_t, std::int64_t, std::string_view>;
using Parameters = std::vector<Parameter>;

// A row's columns as text, in UTF-8; nothing for NULL.
using Row = std::vector<std::optional<std::string>>;

// A column that is a whole number; 0 for NULL.
std::int64_t to_integer(const std::optional<std::string>& column);

class Statement;

// One connection; not thread-safe. The character set is utf8mb4, the time zone UTC.
class Connection {
 public:
  explicit Connection(const MysqlConfig& config);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Both prepare the statement the first time they see it, and keep it. Both throw Failure.
  std::vector<Row> query(const std::string& sql, const Parameters& parameters);
  // The id of the row that an INSERT made, 0 for other statements.
  std::int64_t execute(const std::string& sql, const Parameters& parameters);

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

// MySQL, from any thread: a pool of connections, made when first needed, and used for 2 seconds
// at the most, so that a server that another one has taken over from is soon left. Connecting may
// take 2 seconds, a statement 5, a lock 3. All methods throw Error(database).
class Client {
 public:
  Client(const MysqlConfig& config, int connections);

  // Reads. If the connection had died while idle, or leads to a server that is not the one to ask
  // any more, it is read once more on a new one.
  std::vector<Row> query(const std::string& sql, const Parameters& parameters);

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
  void repeat(const std::function<void(Connection&)>& attempt);

  Pool<Connection> pool_;
};

}  // namespace scanlogin::mysql
