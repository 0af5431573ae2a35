// The JSON body of a request that changes or deletes a user. The first byte says of which:
//   0  Json alone
//   1  what a change may be
//   2  PATCH, 3 DELETE, 4 POST merge: the header If-Match is a line, then comes the body

#include "api/admin_users_api.h"
#include "base/error.h"
#include "domain/admin/user_changes.h"
#include "fuzz/fuzz.h"
#include "fuzz/json_grammar.h"

namespace scanlogin {
namespace {

using fuzz::check;

void check_members(const Json& json) {
  for (const std::string& name : json.keys()) {
    check(json.has(name.c_str()), "a member is found by its name");
    check(utf8_valid(name), "a name is UTF-8");
    const auto text = json.string(name.c_str());
    check(!text || utf8_valid(*text), "a text is UTF-8");
    const auto integer = json.integer(name.c_str());
    check(!integer || json.number(name.c_str()) == static_cast<double>(*integer),
          "an integer is the number");
  }
}

void read_json(std::string_view text) {
  const std::optional<Json> json = Json::parse(text);
  if (!json) return;
  check(fuzz::JsonGrammar::matches(text), "what is parsed is JSON");
  check(utf8_valid(text), "what is parsed is UTF-8");
  const std::string shown = json->text();
  check(fuzz::JsonGrammar::matches(shown) && utf8_valid(shown), "what is shown is JSON");
  const std::optional<Json> again = Json::parse(shown);
  check(again && again->text() == shown, "what is shown is parsed as the same");
  check_members(*json);
}

void check_text(const std::optional<std::string>& text) {
  if (text) {
    check(fuzz::is_plain(*text) && utf8_cut(*text, 225) == *text,
          "a text is plain, of at most 225 characters");
  }
}

void read_changes(std::string_view body) {
  const auto parsed = parse_user_changes(body);
  if (const auto* bad = std::get_if<BadParameter>(&parsed)) {
    const std::optional<Json> json = Json::parse(body);
    check(bad->name == "body" || (json && json->has(bad->name.c_str())),
          "a refusal names a field of the body");
    return;
  }
  const auto& changes = std::get<UserChanges>(parsed);
  for (const auto& text : {changes.nickname, changes.phone_number, changes.gender}) {
    check_text(text);
  }
  const std::size_t count =
      std::size_t{changes.nickname.has_value()} + std::size_t{changes.phone_number.has_value()} +
      std::size_t{changes.gender.has_value()} + std::size_t{changes.is_active.has_value()} +
      std::size_t{changes.is_staff.has_value()};
  check(count == Json::parse(body).value().keys().size(), "each field of the body is a change");
}

// Nothing listens there: a body that is accepted gets as far as the database.
App& app() {
  static App the_app = [] {
    Config config;
    config.mysql.servers = {{.socket = "/nonexistent/mysql.sock"}};
    config.redis.address.socket = "/nonexistent/redis.sock";
    return App(std::move(config), Log("fuzz", LogLevel::error));
  }();
  return the_app;
}

void handle(AdminHandler handler, std::string_view version, std::string_view body) {
  const Request request({{"HTTP_IF_MATCH", std::string(version)}, {"REQUEST_ID", "1"}},
                        std::string(body));
  Actor admin;
  admin.admin = 1;
  try {
    const Response response = handler({app(), admin, {.id = 7}, request});
    check(response.status == 400 || (response.status == 428 && version.empty()),
          "what is refused without asking the database is a bad request");
    check(Json::parse(response.body).has_value(), "a refusal is JSON");
    check(!head_of(response).empty(), "a refusal can be sent");
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::database, "only the database is out of reach");
    check(!version.empty(), "a change without a version is refused");
  }
}

}  // namespace
}  // namespace scanlogin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scanlogin;
  fuzz::Input input(data, size);
  const unsigned way = input.choice(5);
  if (way == 0) {
    read_json(input.rest());
  } else if (way == 1) {
    read_changes(input.rest());
  } else {
    const std::string_view version = input.line();
    const AdminHandler handlers[] = {change_user, delete_user, merge_user};
    handle(handlers[way - 2], version, input.rest());
  }
  return 0;
}
