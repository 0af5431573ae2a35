#include "script.h"

#include <algorithm>

#include "delays.h"
#include "directives.h"
#include "people.h"

namespace scanlogin::sandbox {
namespace {

constexpr int kLongestText = 65536;

Faults read_faults(Directives& directives, const std::string& prefix) {
  Faults faults;
  faults.slow = std::chrono::milliseconds(
      directives.number(prefix + "slow", 0, static_cast<int>(kLongestDelay.count())).value_or(0));
  faults.hang = directives.flag(prefix + "hang");
  faults.broken = directives.flag(prefix + "broken");
  faults.huge = directives.flag(prefix + "huge");
  faults.empty = directives.flag(prefix + "empty");
  faults.html = directives.flag(prefix + "html");
  faults.redirect = directives.flag(prefix + "redirect");
  faults.string_errcode = directives.flag(prefix + "string-errcode");
  faults.status = directives.number(prefix + "status", 200, 599);
  faults.errcode = directives.number(prefix + "errcode", -1, 1 << 30);
  faults.errmsg = directives.bytes(prefix + "errmsg");
  faults.times = directives.number(prefix + "times", 1, 1 << 30);
  faults.missing = directives.word(prefix + "missing").value_or("");
  if (faults.string_errcode && !faults.errcode) faults.errcode = 40029;
  return faults;
}

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

Script read_profile(Directives& directives, const std::string& id, std::string_view origin) {
  Script script;
  const Person profile = person(id, origin);
  script.nickname = repeat(directives.bytes("nickname").value_or(profile.nickname),
                           directives.number("nickname-times", 1, kLongestText / 64).value_or(1));
  script.avatar = directives.bytes("avatar").value_or(profile.avatar);
  const int length = directives.number("avatar-length", 1, kLongestText).value_or(0);
  script.avatar.resize(std::max(script.avatar.size(), static_cast<std::size_t>(length)), 'x');
  script.sex = directives.number("sex", 0, 2).value_or(0);
  return script;
}

}  // namespace

std::variant<Script, ScriptFault> parse_script(std::string_view directives, std::string_view person,
                                               std::string_view origin) {
  Directives all(directives);
  const std::string id = all.word("person").value_or(std::string(person));
  Script script = read_profile(all, id, origin);
  const std::string openid = openid_of(all.word("openid").value_or(id));
  const std::string unionid = unionid_of(all.word("unionid").value_or(id));
  script.openid = all.bytes("raw-openid").value_or(openid);
  script.unionid = all.bytes("raw-unionid").value_or(unionid);
  if (all.flag("nounionid")) script.unionid.clear();
  script.control = all.flag("control");
  script.snapshot = all.flag("snapshot");
  script.openid_mismatch = all.flag("openid-mismatch");
  script.silent = all.flag("silent");
  script.silent_unionid = all.flag("silent-unionid");
  script.no_scope = all.flag("no-scope");
  script.spent = all.flag("spent");
  script.access_token = read_faults(all, "");
  script.userinfo = read_faults(all, "userinfo-");
  if (!all.problem().empty()) return ScriptFault{all.problem()};
  return script;
}

std::optional<std::variant<Script, ScriptFault>> parse_test_code(std::string_view code,
                                                                 std::string_view origin) {
  constexpr std::string_view kPrefix = "test.";
  if (!code.starts_with(kPrefix)) return std::nullopt;
  code.remove_prefix(kPrefix.size());
  const std::string_view random = code.substr(0, code.find('.'));
  if (!is_word(random)) return ScriptFault{"nothing random behind test."};
  code.remove_prefix(std::min(random.size() + 1, code.size()));
  return parse_script(code, random, origin);
}

}  // namespace scanlogin::sandbox
