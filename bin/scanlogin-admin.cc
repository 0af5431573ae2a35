// scanlogin-admin COMMAND — users from the command line, with the endpoints' settings in the
// environment: the first admin is made here.
//
//   check              whether all is well that the endpoints need: a table, and what to do
//   --nginx FILE       with check: the output of `nginx -T`, where this user cannot run that
//   list [BEGINNING]   the users whose nickname, username, phone, openid or unionid begins so
//   show ID            one user; with --json, identities, sessions and history as well
//   staff ID   unstaff ID   ban ID   unban ID
//   logout ID          ends all of the user's sessions
//   merge FROM INTO    merges a user into another one, who gets all identities; FROM is banned
//   --keep FIELDS      with merge: takes these of FROM's nickname, avatar_url, gender and
//                      phone_number, with commas between them
//   --json             prints the JSON that the endpoints would reply with as data
//   --version
// Exit status: 0; 1 for a user who is not there, or into whom nobody is merged because they are
// banned, or where check finds a fault; 64 for a call that is off; 69 if MySQL or Redis is out of
// reach; 78 for settings that are wrong (sysexits.h). Each change is in user_audit.

#include <pwd.h>
#include <sysexits.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "api/app.h"
#include "base/crypto.h"
#include "base/private_memory.h"
#include "base/text.h"
#include "base/version.h"
#include "domain/admin/admin_lists.h"
#include "domain/admin/user_admin.h"
#include "domain/check/check.h"
#include "domain/schema/schema.h"

using namespace scanlogin;

namespace {

constexpr const char* kUsage =
    "usage: scanlogin-admin [--json] check [--nginx FILE] | list [BEGINNING] | show ID | staff ID |"
    " unstaff ID | ban ID | unban ID | logout ID | merge FROM INTO [--keep FIELD,…]\n";
constexpr std::int64_t kMostListed = 200;

struct Call {
  bool json = false;
  std::string command;
  std::string argument;
  std::optional<std::string> into{};
  std::optional<std::string> keep{};
  std::optional<std::string> nginx{};
};

std::optional<Call> parse_call(int argc, char** argv) {
  Call call;
  std::vector<std::string> words;
  const std::vector<std::string_view> given(argv + 1, argv + argc);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string_view word = given[i];
    if (word == "--json") {
      call.json = true;
    } else if (word == "--keep" && !call.keep && i + 1 < given.size()) {
      call.keep = given[++i];
    } else if (word == "--nginx" && !call.nginx && i + 1 < given.size()) {
      call.nginx = given[++i];
    } else if (word.starts_with("--")) {
      return std::nullopt;
    } else {
      words.emplace_back(word);
    }
  }
  if (words.empty() || words.size() > 3) return std::nullopt;
  call.command = words[0];
  if (words.size() >= 2) call.argument = words[1];
  if (words.size() == 3) call.into = words[2];
  const bool merges = call.command == "merge";
  if (merges != call.into.has_value() || (call.keep && !merges)) return std::nullopt;
  const bool checks = call.command == "check";
  if ((checks && words.size() > 1) || (call.nginx && !checks)) return std::nullopt;
  return call;
}

std::optional<std::int64_t> to_id(const std::string& text) {
  const std::optional<std::int64_t> id = whole_number(text);
  return id && *id >= 1 ? id : std::nullopt;
}

Actor caller() {
  const passwd* user = getpwuid(getuid());
  return {.admin = std::nullopt,
          .superuser = true,
          .name = "cli:" + (user != nullptr ? user->pw_name : std::to_string(getuid())),
          .origin = {},
          .request = random_hex(16)};
}

void print(const std::string& text) { std::printf("%s\n", visible(text).c_str()); }

std::string shown(const Json& json, const char* key) {
  const std::string text = json.string(key).value_or("");
  return text.empty() ? "--" : text;
}

std::string line_of(const Json& user) {
  std::string line = std::to_string(user.integer("id").value_or(0)) + "  " +
                     shown(user, "username") + "  " + shown(user, "nickname") + "  " +
                     shown(user, "phone_number") + "  joined " + shown(user, "date_joined");
  if (user.boolean("is_staff") == true) line += "  staff";
  if (user.boolean("is_superuser") == true) line += "  superuser";
  if (user.boolean("is_active") == false) line += "  banned";
  return line;
}

int list(App& app, const Call& call) {
  const auto parsed = parse_list_query(
      users_listing(), {{"limit", std::to_string(kMostListed)}, {"q", call.argument}});
  if (std::holds_alternative<BadParameter>(parsed)) return EX_USAGE;
  const auto& query = std::get<ListQuery>(parsed);
  const ListPart part = read_part(app.lists(), users_listing(), query);
  if (call.json) {
    print(part_json(users_listing(), query, part).text());
    return EX_OK;
  }
  for (const mysql::Row& row : part.rows) print(line_of(row_json(users_listing(), row)));
  if (part.more) std::fprintf(stderr, "and more: give a longer beginning\n");
  return EX_OK;
}

int fail(const std::string& why, int status) {
  std::fprintf(stderr, "scanlogin-admin: %s\n", why.c_str());
  return status;
}

int no_user(std::int64_t id) { return fail("no user " + std::to_string(id), 1); }

int show(UserAdmin& users, std::int64_t id, const Call& call) {
  const auto found = users.show(id);
  if (!found) return no_user(id);
  print(call.json ? found->user.text() : line_of(found->user));
  return EX_OK;
}

std::optional<UserChanges> changes_of(const std::string& command) {
  UserChanges changes;
  if (command == "staff" || command == "unstaff") {
    changes.is_staff = command == "staff";
  } else if (command == "ban" || command == "unban") {
    changes.is_active = command == "unban";
  } else {
    return std::nullopt;
  }
  return changes;
}

int merge_user(UserAdmin& users, std::int64_t from, const Call& call) {
  const std::optional<std::int64_t> into = to_id(*call.into);
  const std::string fields = call.keep.value_or("");
  UserMerge merge{.from = from};
  for (const std::string_view name : split(fields, ",")) merge.keep.emplace_back(name);
  if (!into || !are_keepable(merge.keep)) return EX_USAGE;
  switch (users.merge(caller(), *into, merge, std::nullopt)) {
    case AdminOutcome::done:
      return show(users, *into, call);
    case AdminOutcome::same_user:
      return EX_USAGE;
    case AdminOutcome::banned:
      return fail("user " + *call.into + " is banned", 1);
    default:
      return no_user(users.show(from) ? *into : from);
  }
}

int run(App& app, const Call& call) {
  if (call.command == "list") return list(app, call);
  const std::optional<std::int64_t> id = to_id(call.argument);
  if (!id) return EX_USAGE;
  UserAdmin users(app.config, app.mysql, app.redis, app.log);
  if (call.command == "show") return show(users, *id, call);
  if (call.command == "merge") return merge_user(users, *id, call);
  AdminOutcome outcome = AdminOutcome::done;
  if (const auto changes = changes_of(call.command)) {
    outcome = users.change(caller(), *id, std::nullopt, *changes);
  } else if (call.command == "logout") {
    outcome = users.log_out(caller(), *id);
  } else {
    return EX_USAGE;
  }
  return outcome == AdminOutcome::done ? show(users, *id, call) : no_user(*id);
}

int check_site(const Call& call) {
  const check::Report report = check::check_all(process_environment, call.nginx.value_or(""));
  const bool coloured = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  if (call.json) {
    print(check::to_json(report.findings).text());
  } else {
    std::fputs(check::to_table(report.findings, coloured).c_str(), stdout);
  }
  if (report.settings_wrong) return EX_CONFIG;
  return check::worst(report.findings) == check::State::fault ? 1 : EX_OK;
}

// What keeps this from running on the database, if anything does.
std::optional<std::string> schema_fault(App& app) {
  const SchemaCheck check = check_schema(app.mysql);
  if (check.finding == SchemaCheck::Finding::wrong) return check.reason;
  if (check.finding == SchemaCheck::Finding::unreadable) {
    app.log.warning("the database's schema cannot be seen", {{"reason", check.reason}});
  }
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 2 && std::string_view(argv[1]) == "--version") {
      std::printf("scanlogin-admin %s\n", kVersion);
      return EX_OK;
    }
    const std::optional<Call> call = parse_call(argc, argv);
    int status = EX_USAGE;
    if (call) {
      keep_memory_private();
      // A connection that is shut down is an error of its own, and so is output that nobody takes.
      std::signal(SIGPIPE, SIG_IGN);
      if (call->command == "check") {
        status = check_site(*call);
      } else {
        App app(read_config(process_environment), Log("scanlogin-admin"));
        if (const auto fault = schema_fault(app)) return fail(*fault, EX_CONFIG);
        status = run(app, *call);
      }
    }
    if (status == EX_USAGE) std::fputs(kUsage, stderr);
    if (std::fflush(stdout) != 0) return fail("the output cannot be written", EX_IOERR);
    return status;
  } catch (const ConfigError& error) {
    return fail(error.what(), EX_CONFIG);
  } catch (const Error& error) {
    return fail(error.what(), EX_UNAVAILABLE);
  } catch (const std::exception& error) {
    return fail(error.what(), EX_SOFTWARE);
  }
}
