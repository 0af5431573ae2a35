#include "domain/providers/weixin_web_app.h"

#include <optional>
#include <utility>

#include "base/url.h"
#include "domain/providers/weixin_replies.h"

namespace scanlogin::weixin {
namespace {

// A grant is kept in the form that WeChat sends it in.
std::optional<AccessGrant> read(const Grant& grant) {
  try {
    auto parsed = parse_grant(grant.text);
    if (auto* access = std::get_if<AccessGrant>(&parsed)) return std::move(*access);
  } catch (const Error&) {
  }
  return std::nullopt;
}

}  // namespace

WebApp::WebApp(Settings settings, int connections)
    : settings_(std::move(settings)), api_(settings_, connections, {"access_token", "userinfo"}) {}

std::string WebApp::consent_url(std::string_view path, std::string_view scope,
                                const Redirection& redirection) const {
  return std::string(settings_.open_base)
      .append(path)
      .append("?appid=" + percent_encode(settings_.appid))
      .append("&redirect_uri=" + percent_encode(redirection.redirect_uri))
      .append("&response_type=code&scope=")
      .append(scope)
      .append("&state=" + percent_encode(redirection.state))
      .append("#wechat_redirect");
}

std::variant<Grant, Refusal> WebApp::exchange(std::string_view code,
                                              const Redirection& redirection) {
  auto reply =
      api_.ask("access_token",
               "/sns/oauth2/access_token?appid=" + percent_encode(settings_.appid) +
                   "&secret=" + percent_encode(settings_.secret) + "&code=" + percent_encode(code) +
                   "&grant_type=authorization_code",
               [&](std::string_view body) { return parse_grant(body, redirection.silent); });
  if (auto* refusal = std::get_if<Refusal>(&reply)) return std::move(*refusal);
  return Grant{to_text(std::get<AccessGrant>(reply))};
}

bool WebApp::is_grant(const Grant& grant) const { return read(grant).has_value(); }

std::variant<Person, Refusal> WebApp::person(const Grant& grant) {
  const AccessGrant access = read(grant).value();
  if (access.silent) {
    Person person;
    person.identities = identities_of(access.unionid, access.openid, facts().identity_type);
    person.told_profile = false;
    person.consent_needed = true;
    return person;
  }
  return api_.ask(
      "userinfo",
      "/sns/userinfo?access_token=" + percent_encode(access.access_token) +
          "&openid=" + percent_encode(access.openid) + "&lang=zh_CN",
      [&](std::string_view body) { return parse_person(body, access, facts().identity_type); });
}

}  // namespace scanlogin::weixin
