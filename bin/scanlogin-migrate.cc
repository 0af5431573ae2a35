// scanlogin-migrate [status | up] — brings the database's tables to what this version needs, by
// sql/migrations, in their order. Run it before the new programs start.
//
//   status       which migrations the database has had, and which are pending; changes nothing
//   up           looks at everything first; where somebody has to decide, says so and changes
//                nothing; else runs what is pending. Two at once: one waits. It can be run again,
//                wherever it was interrupted
//   --dry-run    with up: looks, says what would be run, and changes nothing
//   --json       prints one JSON object instead
//   --user NAME  logs in as NAME instead of MYSQL_USER, who may not change tables; the password
//                is in MYSQL_MIGRATE_PASSWORD (or …_FILE)
//   --socket PATH    reaches MySQL there, instead of by MYSQL_HOST or MYSQL_SOCKET
//   --dir DIR    where the migrations are
//   --version, --help
// Of the settings it reads those of MySQL alone. Exit status: 0; 1 where something is pending
// (status) or somebody has to decide (up); 64 for a call that is off; 69 if MySQL is out of reach,
// or a migration failed; 77 if the user may not do this; 78 for settings that are wrong, and for a
// database that is for newer programs (sysexits.h).

#include <sysexits.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/config.h"
#include "base/error.h"
#include "base/json.h"
#include "base/private_memory.h"
#include "base/text.h"
#include "base/version.h"
#include "domain/schema/migrator.h"

using namespace scanlogin;

namespace {

constexpr const char* kUsage =
    "usage: scanlogin-migrate [--json] [--user NAME] [--socket PATH] [--dir DIR] status |"
    " up [--dry-run]\n";
constexpr int kUndecided = 1;

struct Call {
  bool json = false;
  bool dry_run = false;
  bool help = false;
  bool version = false;
  std::string command{};
  std::optional<std::string> user{};
  std::optional<std::string> socket{};
  std::optional<std::string> directory{};
};

std::optional<Call> parse_call(int argc, char** argv) {
  Call call;
  const std::vector<std::string> given(argv + 1, argv + argc);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string& word = given[i];
    std::optional<std::string>* value = word == "--user"     ? &call.user
                                        : word == "--socket" ? &call.socket
                                        : word == "--dir"    ? &call.directory
                                                             : nullptr;
    if (value != nullptr) {
      if (*value || i + 1 == given.size() || given[i + 1].empty()) return std::nullopt;
      *value = given[++i];
    } else if (word == "--json") {
      call.json = true;
    } else if (word == "--dry-run") {
      call.dry_run = true;
    } else if (word == "--help") {
      call.help = true;
    } else if (word == "--version") {
      call.version = true;
    } else if (call.command.empty() && (word == "status" || word == "up")) {
      call.command = word;
    } else {
      return std::nullopt;
    }
  }
  const bool off = call.command.empty() || (call.dry_run && call.command != "up");
  return off && !call.help && !call.version ? std::nullopt : std::optional(call);
}

// Beside this program where it is installed, or in the tree that it was built in.
std::string default_directory() {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  for (const char* way : {"../share/scanlogin/sql/migrations", "../../sql/migrations"}) {
    const auto directory = (here / way).lexically_normal();
    if (std::filesystem::is_directory(directory)) return directory.string();
  }
  throw Error(ErrorKind::config, "there are no migrations beside " + here.string() + ": --dir");
}

MysqlConfig read_settings(const Call& call) {
  SettingsReader settings(process_environment);
  MysqlConfig config = read_mysql(settings);
  if (call.user) {
    config.user = *call.user;
    config.password = settings.secret("MYSQL_MIGRATE_PASSWORD");
  }
  if (call.socket) {
    config.servers = {ServerAddress{.socket = *call.socket}};
    config.tls = MysqlConfig::Tls::none;
  }
  if (!settings.faults().empty()) throw ConfigError(settings.faults());
  return config;
}

void say(const std::string& text) { std::fprintf(stderr, "%s\n", visible(text).c_str()); }
void print(const std::string& text) { std::printf("%s\n", visible(text).c_str()); }

int fail(const std::string& why, int status) {
  say("scanlogin-migrate: " + why);
  return status;
}

Json names_of(const std::vector<std::string>& names) {
  Json array = Json::array();
  for (const std::string& name : names) array.push(Json::string_value(name));
  return array;
}

std::vector<std::string> names_of(const std::vector<const Migration*>& migrations) {
  std::vector<std::string> names;
  names.reserve(migrations.size());
  for (const Migration* migration : migrations) names.push_back(migration->name);
  return names;
}

Json to_json(const std::vector<MigrationProblem>& problems) {
  Json array = Json::array();
  for (const auto& [migration, problem, what_to_do] : problems) {
    array.push(Json::object()
                   .with("migration", migration)
                   .with("problem", problem)
                   .with("what_to_do", what_to_do));
  }
  return array;
}

int status(Migrator& migrator, const Call& call, const std::string& database) {
  const std::vector<Applied> applied = migrator.applied();
  const std::vector<const Migration*> pending = migrator.pending();
  const std::optional<std::string> fault = too_new(applied);
  if (call.json) {
    Json had = Json::array();
    for (const Applied& one : applied) {
      had.push(Json::object().with("name", one.name).with("applied_at", one.at));
    }
    print(Json::object()
              .with("database", database)
              .with("applied", std::move(had))
              .with("pending", names_of(names_of(pending)))
              .with("too_new", fault.has_value())
              .text());
  } else {
    for (const Applied& one : applied) print(one.at + "  " + one.name);
    for (const Migration* one : pending) print("pending               " + one->name);
  }
  if (fault) return fail(*fault, EX_CONFIG);
  return pending.empty() ? EX_OK : kUndecided;
}

// What `up` has come to.
struct Outcome {
  std::vector<std::string> done{};
  std::vector<std::string> pending{};
  std::vector<MigrationProblem> problems{};
  std::optional<MigrationFailed> failed{};
};

Json to_json(const std::optional<MigrationFailed>& failed) {
  if (!failed) return Json::null_value();
  return Json::object().with("migration", failed->migration()).with("reason", failed->what());
}

void show(const Outcome& outcome, const Call& call, const std::string& database) {
  if (call.json) {
    print(Json::object()
              .with("database", database)
              .with("dry_run", call.dry_run)
              .with("done", names_of(outcome.done))
              .with("pending", names_of(outcome.pending))
              .with("problems", to_json(outcome.problems))
              .with("failed", to_json(outcome.failed))
              .text());
    return;
  }
  if (outcome.failed) return;
  for (const auto& [migration, problem, what_to_do] : outcome.problems) {
    print(std::string(migration).append(": ").append(problem));
    print("    what to do: " + what_to_do);
  }
  if (!outcome.problems.empty()) {
    const std::size_t count = outcome.problems.size();
    print("STOPPED, nothing " + std::string(outcome.done.empty() ? "" : "more ") +
          "was changed: " + std::to_string(count) + (count == 1 ? " problem is" : " problems are") +
          " to be decided; then run this again");
  } else if (call.dry_run) {
    for (const std::string& name : outcome.pending) print(name + " would be run");
  }
  if (outcome.problems.empty() && outcome.done.empty() && outcome.pending.empty()) {
    print("nothing is pending in the database " + database);
  }
}

void run_pending(Migrator& migrator, const Call& call, Outcome& outcome) {
  try {
    outcome.problems = migrator.run([&](const Migration& migration, auto took) {
      outcome.done.push_back(migration.name);
      outcome.pending.erase(outcome.pending.begin());
      if (!call.json) print(migration.name + " done in " + std::to_string(took.count()) + " ms");
      std::fflush(stdout);
    });
  } catch (const MigrationFailed& failure) {
    outcome.failed = failure;
  }
}

int up(Migrator& migrator, const Call& call, const std::string& database) {
  if (!call.dry_run) {
    migrator.lock([](std::int64_t connection) {
      say("waiting for MySQL's connection " + std::to_string(connection) +
          ", which is migrating this database");
    });
  }
  if (const auto fault = too_new(migrator.applied())) return fail(*fault, EX_CONFIG);
  Outcome outcome{.pending = names_of(migrator.pending())};
  outcome.problems = migrator.look();
  if (outcome.problems.empty() && !call.dry_run) run_pending(migrator, call, outcome);
  show(outcome, call, database);
  if (outcome.failed) throw *outcome.failed;
  return outcome.problems.empty() ? EX_OK : kUndecided;
}

int failed(const mysql::Failure& failure, const std::string& what) {
  if (failure.denied()) {
    return fail(what + failure.what() + ": name somebody who may, like --user root", EX_NOPERM);
  }
  return fail(what + failure.what(), EX_UNAVAILABLE);
}

int run(const Call& call) {
  const MysqlConfig config = read_settings(call);
  Migrator migrator(config,
                    read_migrations(call.directory ? *call.directory : default_directory()));
  const auto command = call.command == "up" ? up : status;
  return command(migrator, call, config.database);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::optional<Call> call = parse_call(argc, argv);
    if (call && call->version) {
      std::printf("scanlogin-migrate %s\n", kVersion);
      return EX_OK;
    }
    if (!call || call->help) {
      std::fputs(kUsage, call ? stdout : stderr);
      return call ? EX_OK : EX_USAGE;
    }
    keep_memory_private();
    // A connection that is shut down is an error of its own, and so is output that nobody takes.
    std::signal(SIGPIPE, SIG_IGN);
    const int status = run(*call);
    if (std::fflush(stdout) != 0) return fail("the output cannot be written", EX_IOERR);
    return status;
  } catch (const ConfigError& error) {
    for (const std::string& fault : error.faults()) fail(fault, EX_CONFIG);
    return EX_CONFIG;
  } catch (const MigrationFailed& failure) {
    return failed(failure, failure.migration() + " failed, and can be run again: ");
  } catch (const mysql::Failure& failure) {
    return failed(failure, "");
  } catch (const Error& error) {
    return fail(error.what(), error.kind() == ErrorKind::config ? EX_CONFIG : EX_UNAVAILABLE);
  } catch (const std::exception& error) {
    return fail(error.what(), EX_SOFTWARE);
  }
}
