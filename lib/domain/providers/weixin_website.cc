#include "domain/providers/weixin_website.h"

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

Website::Website(Settings settings, int connections)
    : settings_(std::move(settings)), http_(settings_.timeout, connections, settings_.ca_file) {}

Json Website::beginning(const Redirection& redirection) {
  return Json::object()
      .with("uuid", redirection.state)
      .with("appid", settings_.appid)
      .with("scope", "snsapi_login")
      .with("redirect_uri", redirection.redirect_uri)
      .with("js", settings_.js_url);
}

std::string Website::authorize_url(const Redirection& redirection) {
  return settings_.open_base + "/connect/qrconnect?appid=" + percent_encode(settings_.appid) +
         "&redirect_uri=" + percent_encode(redirection.redirect_uri) +
         "&response_type=code&scope=snsapi_login&state=" + percent_encode(redirection.state) +
         "#wechat_redirect";
}

std::variant<Grant, Refusal> Website::exchange(std::string_view code, const Redirection&) {
  auto reply = parse_grant(get("/sns/oauth2/access_token?appid=" + percent_encode(settings_.appid) +
                               "&secret=" + percent_encode(settings_.secret) +
                               "&code=" + percent_encode(code) + "&grant_type=authorization_code"));
  if (auto* refusal = std::get_if<Refusal>(&reply)) return std::move(*refusal);
  return Grant{to_text(std::get<AccessGrant>(reply))};
}

bool Website::is_grant(const Grant& grant) const { return read(grant).has_value(); }

std::variant<Person, Refusal> Website::person(const Grant& grant) {
  const AccessGrant access = read(grant).value();
  return parse_person(get("/sns/userinfo?access_token=" + percent_encode(access.access_token) +
                          "&openid=" + percent_encode(access.openid) + "&lang=zh_CN"),
                      access);
}

std::string Website::get(const std::string& path_and_query) {
  HttpResponse response = http_.get(settings_.api_base + path_and_query);
  if (response.status != 200) {
    throw Error(ErrorKind::upstream,
                "WeChat's reply has status " + std::to_string(response.status));
  }
  return std::move(response.body);
}

}  // namespace scanlogin::weixin
