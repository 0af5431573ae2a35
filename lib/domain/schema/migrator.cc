#include "domain/schema/migrator.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "clients/mysql_servers.h"

namespace scanlogin {
namespace {

// A table of millions is rebuilt in hours.
constexpr mysql::TimeLimits kLimits{.connect = std::chrono::seconds(10),
                                    .reply = std::chrono::hours(24 * 7)};
// Whoever waits for a table has all others wait behind it: rather try again.
constexpr const char* kWaits = "SET SESSION lock_wait_timeout = 30, innodb_lock_wait_timeout = 30";

// The name of a lock has 64 characters at the most, and so has that of a database.
constexpr const char* kLock = "SELECT GET_LOCK(CONCAT('scanlogin-migrate:', SHA1(DATABASE())), ?)";
constexpr const char* kLockedBy =
    "SELECT IS_USED_LOCK(CONCAT('scanlogin-migrate:', SHA1(DATABASE())))";
constexpr std::int64_t kLockWait = 3600;

// How a migration ends itself where there are problems: it sets a variable to what has this text.
constexpr const char* kStopped = "STOPPED";

std::unique_ptr<mysql::Connection> connect(const MysqlConfig& config,
                                           const ServerAddress& address) {
  auto connection = std::make_unique<mysql::Connection>(config, address, kLimits);
  connection->run_script(kWaits, {});
  return connection;
}

std::optional<std::size_t> column(const mysql::ResultSet& result, const char* name) {
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    if (result.columns[i] == name) return i;
  }
  return std::nullopt;
}

}  // namespace

Migrator::Migrator(const MysqlConfig& config, std::vector<Migration> migrations)
    : config_(config), migrations_(std::move(migrations)) {
  std::optional<mysql::Failure> last;
  for (const ServerAddress& address : config_.servers) {
    try {
      auto connection = connect(config_, address);
      const bool well =
          state_of(connection->condition(), mysql::Use::writes) == mysql::ServerState::well;
      if (!well && connection_) continue;
      connection_ = std::move(connection);
      address_ = address;
      if (well) return;
    } catch (const mysql::Failure& failure) {
      last = failure;
    }
  }
  if (!connection_) throw *last;
}

std::vector<Applied> Migrator::applied() { return applied_migrations(*connection_); }

std::vector<const Migration*> Migrator::pending() {
  const std::vector<Applied> had = applied();
  std::vector<const Migration*> left;
  for (const Migration& migration : migrations_) {
    const bool is_had = std::any_of(had.begin(), had.end(), [&](const Applied& applied) {
      return applied.number == migration.number;
    });
    if (!is_had) left.push_back(&migration);
  }
  return left;
}

void Migrator::lock(const std::function<void(std::int64_t connection)>& waits) {
  std::int64_t patience = 0;
  for (;;) {
    const auto rows = connection_->query(kLock, {patience});
    const auto& locked = rows.at(0).at(0);
    if (!locked) throw Error(ErrorKind::database, "MySQL gives no lock by GET_LOCK");
    if (*locked == "1") return;
    if (patience == 0) waits(mysql::to_integer(connection_->query(kLockedBy, {}).at(0).at(0)));
    patience = kLockWait;
  }
}

// A migration reports its problems as rows, and then fails; that failure says nothing more.
std::vector<MigrationProblem> Migrator::problems_of(const Migration& migration,
                                                    const std::string& text,
                                                    mysql::Connection& connection) {
  std::vector<MigrationProblem> problems;
  try {
    connection.run_script(text, [&](const mysql::ResultSet& result) {
      const auto problem = column(result, "problem");
      const auto what_to_do = column(result, "what_to_do");
      if (!problem || !what_to_do) return;
      for (const mysql::Row& row : result.rows) {
        problems.push_back(
            {migration.name, row[*problem].value_or(""), row[*what_to_do].value_or("")});
      }
    });
  } catch (const mysql::Failure& failure) {
    const bool stopped = std::string(failure.what()).find(kStopped) != std::string::npos;
    if (problems.empty() || !stopped) throw MigrationFailed(migration.name, failure);
  }
  return problems;
}

// Each over a connection of its own: a session that was left in the middle is of no further use.
std::vector<MigrationProblem> Migrator::look() {
  std::vector<MigrationProblem> all;
  const std::vector<const Migration*> left = pending();
  for (const Migration* migration : left) {
    if (migration->look.empty()) continue;
    const auto connection = connect(config_, address_);
    if (migration != left.front()) connection->run_script("SET @scanlogin_early = 1", {});
    const auto found = problems_of(*migration, migration->look, *connection);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

// The table in which they are taken down comes with one of them.
std::vector<MigrationProblem> Migrator::run(const Done& done) {
  std::vector<const Migration*> unrecorded;
  for (const Migration* migration : pending()) {
    const auto began = std::chrono::steady_clock::now();
    auto problems = problems_of(*migration, migration->text, *connection_);
    if (!problems.empty()) return problems;
    unrecorded.push_back(migration);
    try {
      if (record_migrations(*connection_, unrecorded)) unrecorded.clear();
    } catch (const mysql::Failure& failure) {
      throw MigrationFailed(migration->name, failure);
    }
    done(*migration, std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::steady_clock::now() - began));
  }
  return {};
}

}  // namespace scanlogin
