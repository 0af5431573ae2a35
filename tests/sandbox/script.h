#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace scanlogin::sandbox {

// How one of the two calls is to go wrong. README.md has the directives.
struct Faults {
  std::chrono::milliseconds slow{0};
  bool hang = false;
  bool broken = false;
  bool huge = false;
  bool empty = false;
  bool html = false;
  bool redirect = false;
  bool string_errcode = false;
  std::optional<int> status;
  std::optional<int> errcode;
  std::optional<std::string> errmsg;
  std::optional<int> times;  // how many calls are concerned; all of them if absent
  std::string missing;       // a member to leave out of the reply
};

// What a code stands for: a person, and how WeChat treats the two calls made with it.
struct Script {
  std::string openid;
  std::string unionid;  // empty: the app is not bound to an open-platform account
  std::string nickname;
  std::string avatar;
  int sex = 0;
  bool control = false;
  bool snapshot = false;
  bool openid_mismatch = false;
  bool silent = false;          // the person was not asked (scope snsapi_base)
  bool silent_unionid = false;  // and the unionid is told all the same
  bool no_scope = false;        // the first reply has no scope
  bool spent = false;           // a fault of the first call spends the code
  Faults access_token;
  Faults userinfo;
};

// What is wrong with directives, in words.
struct ScriptFault {
  std::string problem;
};

// Reads directives, "person=7.errcode=40029". Where no person is named it is `person`. Pictures
// of the page's people are below `origin`, "http://127.0.0.1:8081".
std::variant<Script, ScriptFault> parse_script(std::string_view directives, std::string_view person,
                                               std::string_view origin);

// A code that a test made up, test.RANDOM[.DIRECTIVES]: its script, with RANDOM as the person.
// Nothing if it is no such code.
std::optional<std::variant<Script, ScriptFault>> parse_test_code(std::string_view code,
                                                                 std::string_view origin);

}  // namespace scanlogin::sandbox
