#include "domain/check/mysql.h"

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clients/mysql_failure.h"
#include "clients/mysql_servers.h"
#include "domain/check/clock.h"

namespace scanlogin::check {
namespace {

constexpr const char* kClock = " clock";
constexpr unsigned kDenied = 1045;
constexpr unsigned kNoDatabase = 1049;
constexpr unsigned kDatabaseDenied = 1044;

std::string text_of(const std::vector<mysql::Row>& rows, std::size_t column = 0) {
  return rows.empty() || rows[0].size() <= column ? "" : rows[0][column].value_or("");
}

const char* advice_on(const mysql::Failure& failure) {
  switch (failure.code()) {
    case kDenied:
      return "check MYSQL_USER and MYSQL_PASSWORD, and that the user may come from this machine";
    case kDatabaseDenied:
    case kNoDatabase:
      return "check MYSQL_DATABASE; run scanlogin-migrate up, and load sql/grants.sql into it";
    default:
      return "check that MySQL runs, MYSQL_HOST, MYSQL_PORT or MYSQL_SOCKET, MYSQL_TLS, and the "
             "firewall";
  }
}

std::string tls_of(mysql::Connection& connection, const ServerAddress& address) {
  const std::string cipher =
      text_of(connection.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", {}), 1);
  if (!cipher.empty()) return "TLS " + cipher;
  return address.socket.empty() ? "no TLS" : "unix socket";
}

Finding state_of(mysql::Connection& connection, const std::string& what, mysql::Use use,
                 std::string detail) {
  switch (mysql::state_of(connection.condition(), use)) {
    case mysql::ServerState::refusing:
      return {.what = what,
              .state = State::warning,
              .detail = detail + (connection.condition().read_only
                                      ? "; it is read-only"
                                      : "; it is not a part of its Galera cluster"),
              .advice = "another server is used; see docs/cluster.md for how one comes back"};
    case mysql::ServerState::lagging:
      return {.what = what,
              .state = State::warning,
              .detail = detail + "; it is not level with its Galera cluster yet",
              .advice = "wait until SHOW STATUS LIKE 'wsrep_local_state' is 4"};
    default:
      return {.what = what, .detail = std::move(detail)};
  }
}

Finding clock(mysql::Connection& connection, const std::string& what) {
  const std::int64_t asked = milliseconds_now();
  const auto rows = connection.query("SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000 AS SIGNED)", {});
  return compare_clocks(what, rows.empty() ? 0 : mysql::to_integer(rows[0][0]), asked,
                        milliseconds_now(), 1);
}

// What is the same at each server of the site is looked at once.
class Servers {
 public:
  explicit Servers(const MysqlConfig& config) : config_(config) {}

  void look(const ServerAddress& address, mysql::Use use) {
    const std::string what = "mysql " + to_text(address);
    try {
      auto connection = std::make_unique<mysql::Connection>(config_, address);
      const std::string detail =
          text_of(connection->query("SELECT VERSION()", {})) + ", " + tls_of(*connection, address);
      const Finding state = state_of(*connection, what, use, detail);
      found.push_back(state);
      found.push_back(clock(*connection, what + kClock));
      if (state.state == State::well && use == mysql::Use::writes && !usable) {
        usable = std::move(connection);
      }
    } catch (const mysql::Failure& failure) {
      found.push_back({.what = what,
                       .state = State::fault,
                       .detail = failure.what(),
                       .advice = advice_on(failure)});
    }
  }

  Findings found;
  std::unique_ptr<mysql::Connection> usable;

 private:
  const MysqlConfig& config_;
};

using Check = Findings (*)(mysql::Connection&);

Findings tried(Check check, const char* what, mysql::Connection& connection) {
  try {
    return check(connection);
  } catch (const mysql::Failure& failure) {
    return {{.what = what, .state = State::fault, .detail = failure.what()}};
  }
}

}  // namespace

Findings check_mysql(const MysqlConfig& config) {
  Servers servers(config);
  for (const ServerAddress& address : config.servers) servers.look(address, mysql::Use::writes);
  for (const ServerAddress& address : config.readers) servers.look(address, mysql::Use::lists);
  Findings found = std::move(servers.found);
  if (!servers.usable) {
    if (worst(found) != State::fault) {
      found.push_back({.what = "mysql",
                       .state = State::fault,
                       .detail = "no server takes writes",
                       .advice = "make one writable: each login writes"});
    }
    for (const char* what : {"mysql rights", "mysql tables"}) {
      found.push_back(
          {.what = what, .state = State::unknown, .detail = "MySQL could not be asked"});
    }
    return found;
  }
  // The site does without: the lists of admins are read at the others as well.
  for (Finding& finding : found) {
    if (finding.state == State::fault && !finding.what.ends_with(kClock)) {
      finding.state = State::warning;
    }
  }
  append(found, tried(check_rights, "mysql rights", *servers.usable));
  append(found, tried(check_schema, "mysql tables", *servers.usable));
  return found;
}

}  // namespace scanlogin::check
