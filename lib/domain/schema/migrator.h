#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/server_settings.h"
#include "clients/mysql_connection.h"
#include "domain/schema/migration.h"
#include "domain/schema/schema.h"

namespace scanlogin {

// Something that a migration leaves to a person.
struct MigrationProblem {
  std::string migration;
  std::string problem;
  std::string what_to_do;
};

// Brings one database through its migrations, over connections of its own. Methods throw
// mysql::Failure. What a statement takes has no limit in time; what waits for a lock does.
class Migrator {
 public:
  // Of several servers, the first that takes writes is connected to. Throws mysql::Failure.
  Migrator(const MysqlConfig& config, std::vector<Migration> migrations);

  const ServerAddress& server() const noexcept { return address_; }

  // What the database has had by now, and what it lacks.
  std::vector<Applied> applied();
  std::vector<const Migration*> pending();

  // Until this object's end nobody else has the lock of this database. Calls waits once if somebody
  // has it, with the number of their connection, and then waits without an end.
  void lock(const std::function<void(std::int64_t connection)>& waits);

  // What of those that are pending somebody has to decide. Changes nothing.
  std::vector<MigrationProblem> look();

  // Runs those that are pending and takes each down; calls done behind each. If one has a problem
  // after all, which it finds before it changes anything, that is returned and the rest is not run.
  // Throws MigrationFailed.
  using Done = std::function<void(const Migration&, std::chrono::milliseconds took)>;
  std::vector<MigrationProblem> run(const Done& done);

 private:
  std::vector<MigrationProblem> problems_of(const Migration& migration, const std::string& text,
                                            mysql::Connection& connection);

  const MysqlConfig config_;
  const std::vector<Migration> migrations_;
  ServerAddress address_;
  std::unique_ptr<mysql::Connection> connection_;
};

// MySQL's word that a migration failed: to be run again.
class MigrationFailed : public mysql::Failure {
 public:
  MigrationFailed(const std::string& migration, const mysql::Failure& failure)
      : Failure(failure), migration_(migration) {}
  const std::string& migration() const noexcept { return migration_; }

 private:
  std::string migration_;
};

}  // namespace scanlogin
