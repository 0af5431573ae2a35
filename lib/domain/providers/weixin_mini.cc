#include "domain/providers/weixin_mini.h"

#include <optional>
#include <utility>

#include "base/url.h"

namespace scanlogin::weixin {
namespace {

std::optional<CodeSession> read(const Grant& grant) {
  try {
    auto parsed = parse_code_session(grant.text);
    const auto* session = std::get_if<CodeSession>(&parsed);
    if (session != nullptr && to_text(*session) == grant.text) return *session;
  } catch (const Error&) {
  }
  return std::nullopt;
}

}  // namespace

MiniProgram::MiniProgram(Settings settings, int connections)
    : settings_(std::move(settings)), api_(settings_, connections, {"jscode2session"}) {}

std::string MiniProgram::authorize_url(const Redirection&) {
  throw Error(ErrorKind::internal, "a mini-program's login has no page at WeChat");
}

std::variant<Grant, Refusal> MiniProgram::exchange(std::string_view code, const Redirection&) {
  auto reply = api_.ask("jscode2session",
                        "/sns/jscode2session?appid=" + percent_encode(settings_.appid) +
                            "&secret=" + percent_encode(settings_.secret) +
                            "&js_code=" + percent_encode(code) + "&grant_type=authorization_code",
                        parse_code_session);
  if (auto* refusal = std::get_if<Refusal>(&reply)) return std::move(*refusal);
  return Grant{to_text(std::get<CodeSession>(reply))};
}

bool MiniProgram::is_grant(const Grant& grant) const { return read(grant).has_value(); }

std::variant<Person, Refusal> MiniProgram::person(const Grant& grant) {
  const CodeSession session = read(grant).value();
  Person person;
  person.identities = identities_of(session.unionid, session.openid, kMiniOpenid);
  person.told_profile = false;
  return person;
}

}  // namespace scanlogin::weixin
