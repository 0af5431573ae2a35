#include "clients/mysql_connection.h"

#include <mysql.h>

#include <charconv>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/handle.h"
#include "clients/mysql_statement.h"
#include "clients/mysql_tls.h"

namespace scanlogin::mysql {
namespace {

// The lock wait is shorter than the reply limit, so that a held lock is an answer and not a dead
// connection.
constexpr const char* kSessionSettings =
    "SET time_zone = '+00:00', innodb_lock_wait_timeout = 3, sql_mode = 'STRICT_ALL_TABLES'";
// Who waited for a row wants it as it stands now, and not to begin anew.
constexpr const char* kRowsAsTheyStand = "SET SESSION innodb_snapshot_isolation = OFF";
// A read, and a transaction at its beginning, waits until the node has applied what any node had
// committed by then. What a transaction writes is compared with the others' at its COMMIT anyway.
constexpr const char* kGaleraSettings = "SET SESSION wsrep_sync_wait = 1";

// Both are answered by every server, to everybody, and by a node that is not ready.
constexpr const char* kVariables =
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN"
    " ('read_only', 'innodb_read_only', 'innodb_snapshot_isolation', 'wsrep_on',"
    " 'wsrep_reject_queries')";
constexpr const char* kGaleraStatus =
    "SHOW GLOBAL STATUS WHERE Variable_name IN"
    " ('wsrep_ready', 'wsrep_cluster_status', 'wsrep_local_state')";
constexpr std::string_view kSynced = "4";

// Prepared at a time by one connection: the lists an admin can ask for are of thousands of forms,
// and a server has 16,382 statements to give.
constexpr std::size_t kMostStatements = 64;

const char* text_or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

void initialize_client_library() {
  static const int failed = mysql_library_init(0, nullptr, nullptr);
  if (failed != 0) throw Error(ErrorKind::internal, "mysql_library_init failed");
}

void set_limits(MYSQL* mysql, TimeLimits limits) {
  const auto connect = static_cast<unsigned>(limits.connect.count());
  const auto reply = static_cast<unsigned>(limits.reply.count());
  mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
  mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &reply);
  mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &reply);
}

[[noreturn]] void fail(MYSQL* mysql) { throw Failure(mysql_errno(mysql), mysql_error(mysql)); }

// The library says of a certificate for another name no more than that it is not valid.
[[noreturn]] void fail_to_connect(MYSQL* mysql, const ServerAddress& address) {
  std::string text = mysql_error(mysql);
  if (text.find("Validation of SSL server certificate failed") != text.npos) {
    text += ": it is not " + (address.socket.empty() ? address.host : "localhost") + "'s";
  }
  throw Failure(mysql_errno(mysql), text + " at " + to_text(address));
}

void connect(MYSQL* mysql, const MysqlConfig& config, const ServerAddress& address) {
  // The library takes a socket of its own where the host is localhost and no protocol is given.
  const auto protocol =
      static_cast<unsigned>(address.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET);
  mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
  const char* host = address.socket.empty() ? address.host.c_str() : "localhost";
  if (mysql_real_connect(mysql, host, config.user.c_str(), text_or_null(config.password),
                         config.database.c_str(), static_cast<unsigned>(address.port),
                         text_or_null(address.socket), 0) == nullptr) {
    fail_to_connect(mysql, address);
  }
}

void run(MYSQL* mysql, const char* sql) {
  if (mysql_query(mysql, sql) != 0) fail(mysql);
}

ResultSet read_all(MYSQL_RES& from) {
  ResultSet result;
  const unsigned columns = mysql_num_fields(&from);
  const MYSQL_FIELD* fields = mysql_fetch_fields(&from);
  for (unsigned i = 0; i < columns; ++i) result.columns.emplace_back(fields[i].name);
  while (MYSQL_ROW values = mysql_fetch_row(&from)) {
    const unsigned long* lengths = mysql_fetch_lengths(&from);
    Row& row = result.rows.emplace_back(columns);
    for (unsigned i = 0; i < columns; ++i) {
      if (values[i] != nullptr) row[i].emplace(values[i], lengths[i]);
    }
  }
  return result;
}

std::map<std::string, std::string> shown(MYSQL* mysql, const char* sql) {
  run(mysql, sql);
  const Handle<MYSQL_RES, mysql_free_result> result(mysql_store_result(mysql));
  if (result == nullptr) fail(mysql);
  std::map<std::string, std::string> values;
  while (MYSQL_ROW row = mysql_fetch_row(result.get())) {
    if (row[0] != nullptr && row[1] != nullptr) values[row[0]] = row[1];
  }
  return values;
}

}  // namespace

std::int64_t to_integer(const std::optional<std::string>& column) {
  std::int64_t value = 0;
  if (column) std::from_chars(column->data(), column->data() + column->size(), value);
  return value;
}

struct Connection::State {
  // The last to go, after the connection that it accompanies.
  std::shared_ptr<void> companion;
  Handle<MYSQL, mysql_close> mysql;
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements;
  Condition condition;
  std::size_t server = 0;
};

Connection::Connection(const MysqlConfig& config, const ServerAddress& address, TimeLimits limits)
    : state_(std::make_unique<State>()) {
  initialize_client_library();
  state_->mysql.reset(mysql_init(nullptr));
  MYSQL* mysql = state_->mysql.get();
  if (mysql == nullptr) throw std::bad_alloc();
  set_limits(mysql, limits);
  set_tls(*mysql, config);
  mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  connect(mysql, config, address);
  check_tls(*mysql, config, address);
  simple(kSessionSettings);
  state_->condition = ask_condition();
  if (state_->condition.snapshot_isolation) simple(kRowsAsTheyStand);
  if (state_->condition.galera) simple(kGaleraSettings);
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

void Connection::run_script(const std::string& sql,
                            const std::function<void(const ResultSet&)>& given) {
  MYSQL* mysql = state_->mysql.get();
  if (mysql_set_server_option(mysql, MYSQL_OPTION_MULTI_STATEMENTS_ON) != 0) fail(mysql);
  if (mysql_real_query(mysql, sql.data(), sql.size()) != 0) fail(mysql);
  for (int next = 0; next == 0; next = mysql_next_result(mysql)) {
    const Handle<MYSQL_RES, mysql_free_result> result(mysql_store_result(mysql));
    if (result != nullptr) given(read_all(*result));
    if (mysql_errno(mysql) != 0) fail(mysql);
  }
  if (mysql_errno(mysql) != 0) fail(mysql);
  if (mysql_set_server_option(mysql, MYSQL_OPTION_MULTI_STATEMENTS_OFF) != 0) fail(mysql);
}

void Connection::simple(const char* sql) { run(state_->mysql.get(), sql); }

const Condition& Connection::condition() const noexcept { return state_->condition; }

Condition Connection::ask_condition() {
  auto variables = shown(state_->mysql.get(), kVariables);
  Condition condition;
  // read_only has several kinds of ON in MariaDB 12.
  const auto is_on = [](const std::string& value) { return !value.empty() && value != "OFF"; };
  condition.read_only = is_on(variables["read_only"]) || is_on(variables["innodb_read_only"]);
  condition.snapshot_isolation = variables["innodb_snapshot_isolation"] == "ON";
  condition.galera = variables["wsrep_on"] == "ON";
  if (!condition.galera) return condition;
  auto status = shown(state_->mysql.get(), kGaleraStatus);
  const std::string& rejected = variables["wsrep_reject_queries"];
  condition.ready = status["wsrep_ready"] == "ON" && status["wsrep_cluster_status"] == "Primary" &&
                    (rejected.empty() || rejected == "NONE");
  condition.synced = status["wsrep_local_state"] == kSynced;
  return condition;
}

int Connection::socket() const noexcept {
#ifdef MARIADB_BASE_VERSION
  return static_cast<int>(mysql_get_socket(state_->mysql.get()));
#else
  return static_cast<int>(state_->mysql->net.fd);
#endif
}

void Connection::keep(std::size_t server, std::shared_ptr<void> companion) {
  state_->server = server;
  state_->companion = std::move(companion);
}

std::size_t Connection::server() const noexcept { return state_->server; }

Transaction::Transaction(Connection& connection) : connection_(connection) {
  try {
    connection_.simple("START TRANSACTION");
  } catch (const Failure& failure) {
    throw not_level(failure);
  }
}

Transaction::~Transaction() {
  // A rollback that fails means a connection that broke, and the server rolls that back itself.
  if (open_) mysql_rollback(connection_.state_->mysql.get());
}

void Transaction::commit() {
  connection_.simple("COMMIT");
  open_ = false;
}

}  // namespace scanlogin::mysql
