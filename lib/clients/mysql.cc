#include "clients/mysql.h"

#include <mysql.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <unordered_map>

#include "base/handle.h"
#include "clients/mysql_statement.h"

namespace scanlogin::mysql {
namespace {

// Error numbers of the server (mysqld_error.h: below 2000 those that MySQL and MariaDB share, above
// 3000 MySQL's, from 1900 on MariaDB's) and of the client (errmsg.h).
constexpr unsigned kDuplicateEntry = 1062;
constexpr unsigned kLockWaitTimeout = 1205;
constexpr unsigned kDeadlock = 1213;
constexpr unsigned kRowReferenced = 1451;

constexpr std::array kLost = {
    1053U,  // server shutdown in progress
    1079U,  // normal shutdown
    1080U,  // forced close of a thread
    1152U,  // connection aborted
    1158U,  // an error, and
    1159U,  // a timeout, reading
    1160U,  // an error, and
    1161U,  // a timeout, writing
    1184U,  // connection aborted, with its host
    1243U,  // the statement was prepared at another server behind the same proxy
    1927U,  // connection was killed (MariaDB)
    2006U,  // server has gone away
    2013U,  // connection lost during a query
    2014U,  // a reply that nobody asked for
    2027U,  // malformed packet: what the server said last was cut off
    2055U,  // connection lost, with the system's error
    3169U,  // session was killed (MySQL)
    4031U,  // idle for too long (MySQL 8.0.24)
};
constexpr std::array kWrongServer = {
    1047U,  // not a part of its cluster (Galera), or not ready
    1290U,  // read_only, super_read_only
    1792U,  // transactions are read-only
    1836U,  // read-only mode
    3032U,  // offline mode
    3100U,  // not a member of its group that may write (Group Replication)
    3101U,  // the group has rolled the transaction back
};

constexpr unsigned kConnectLimit = 2;  // seconds
constexpr unsigned kReplyLimit = 5;    // seconds
constexpr std::chrono::seconds kLongestLife{2};
// Shorter than the reply limit, so that a held lock is an answer and not a dead connection.
constexpr const char* kSessionSettings =
    "SET time_zone = '+00:00', innodb_lock_wait_timeout = 3, sql_mode = 'STRICT_ALL_TABLES'";

// Whoever was overtaken, by a deadlock or to a key, is told at once; the others have cost seconds.
constexpr int kRepeatsWhenOvertaken = 5;
constexpr int kRepeatsAfterWaiting = 1;

// Prepared at a time by one connection: the lists an admin can ask for are of thousands of forms,
// and a server has 16,382 statements to give.
constexpr std::size_t kMostStatements = 64;

const char* text_or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

void initialize_client_library() {
  static const int failed = mysql_library_init(0, nullptr, nullptr);
  if (failed != 0) throw Error(ErrorKind::internal, "mysql_library_init failed");
}

template <std::size_t Count>
bool is_one_of(const std::array<unsigned, Count>& codes, unsigned code) noexcept {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

std::int64_t to_integer(const std::optional<std::string>& column) {
  std::int64_t value = 0;
  if (column) std::from_chars(column->data(), column->data() + column->size(), value);
  return value;
}

bool Failure::duplicate_key() const noexcept { return code_ == kDuplicateEntry; }

bool Failure::row_referenced() const noexcept { return code_ == kRowReferenced; }

bool Failure::connection_lost() const noexcept { return is_one_of(kLost, code_); }

bool Failure::wrong_server() const noexcept { return is_one_of(kWrongServer, code_); }

bool Failure::deadlock() const noexcept { return code_ == kDeadlock; }

bool Failure::transaction_lost() const noexcept { return deadlock() || code_ == kLockWaitTimeout; }

struct Connection::State {
  Handle<MYSQL, mysql_close> mysql;
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements;

  [[noreturn]] void fail() const {
    throw Failure(mysql_errno(mysql.get()), mysql_error(mysql.get()));
  }
};

Connection::Connection(const MysqlConfig& config) : state_(std::make_unique<State>()) {
  initialize_client_library();
  state_->mysql.reset(mysql_init(nullptr));
  MYSQL* mysql = state_->mysql.get();
  if (mysql == nullptr) throw std::bad_alloc();
  mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &kConnectLimit);
  mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &kReplyLimit);
  mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &kReplyLimit);
  mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options(mysql, MYSQL_INIT_COMMAND, kSessionSettings);
  const ServerAddress& address = config.address;
  // The library takes a socket of its own where the host is localhost and no protocol is given.
  const auto protocol =
      static_cast<unsigned>(address.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET);
  mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
  const char* host = address.socket.empty() ? address.host.c_str() : "localhost";
  if (mysql_real_connect(mysql, host, config.user.c_str(), text_or_null(config.password),
                         config.database.c_str(), static_cast<unsigned>(address.port),
                         text_or_null(address.socket), 0) == nullptr) {
    state_->fail();
  }
}

Connection::~Connection() = default;

Statement& Connection::prepared(const std::string& sql) {
  if (state_->statements.size() >= kMostStatements) state_->statements.clear();
  std::unique_ptr<Statement>& statement = state_->statements[sql];
  if (!statement) statement = std::make_unique<Statement>(*state_->mysql, sql);
  return *statement;
}

std::vector<Row> Connection::query(const std::string& sql, const Parameters& parameters) {
  Statement& statement = prepared(sql);
  statement.execute(parameters);
  return statement.rows();
}

std::int64_t Connection::execute(const std::string& sql, const Parameters& parameters) {
  Statement& statement = prepared(sql);
  statement.execute(parameters);
  return statement.insert_id();
}

void Connection::simple(const char* sql) {
  if (mysql_query(state_->mysql.get(), sql) != 0) state_->fail();
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  connection_.simple("START TRANSACTION");
}

Transaction::~Transaction() {
  // A rollback that fails means a connection that broke, and the server rolls that back itself.
  if (open_) mysql_rollback(connection_.state_->mysql.get());
}

void Transaction::commit() {
  open_ = false;
  connection_.simple("COMMIT");
}

Client::Client(const MysqlConfig& config, int connections)
    : pool_(
          static_cast<std::size_t>(connections), ErrorKind::database,
          [config] { return std::make_unique<Connection>(config); }, kLongestLife) {}

std::vector<Row> Client::query(const std::string& sql, const Parameters& parameters) {
  for (;;) {
    auto lease = pool_.lend();
    try {
      return lease->query(sql, parameters);
    } catch (const Failure& failure) {
      if (!failure.connection_lost() && !failure.wrong_server()) throw;
      lease.drop();
      pool_.renew();
      if (!lease.reused()) throw;
    }
  }
}

void Client::repeat(const std::function<void(Connection&)>& attempt) {
  for (int repeats = 0;; ++repeats) {
    auto lease = pool_.lend();
    try {
      return attempt(*lease);
    } catch (const Failure& failure) {
      const bool lost = failure.connection_lost() || failure.wrong_server();
      if (lost) {
        lease.drop();
        pool_.renew();
      }
      const bool overtaken = failure.deadlock() || failure.duplicate_key();
      if (!lost && !overtaken && !failure.transaction_lost()) throw;
      if (repeats >= (overtaken ? kRepeatsWhenOvertaken : kRepeatsAfterWaiting)) throw;
    }
  }
}

}  // namespace scanlogin::mysql
