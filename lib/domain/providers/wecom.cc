#include "domain/providers/wecom.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/url.h"

namespace scanlogin::wecom {
namespace {

std::string errcode_in(const Refusal& refusal) {
  return "errcode " + std::to_string(std::get<std::int64_t>(refusal.code)) + ": " + refusal.msg;
}

// A message that repeats a secret is nobody's to read.
template <class Reply>
void hide(Reply& reply, const std::string& secret) {
  auto* refusal = std::get_if<Refusal>(&reply);
  if (refusal != nullptr && refusal->msg.find(secret) != std::string::npos) refusal->msg.clear();
}

std::optional<std::string> userid_in(const Grant& grant, const std::string& corpid) {
  const std::optional<Json> json = Json::parse(grant.text);
  if (!json || json->string("corpid") != corpid) return std::nullopt;
  std::optional<std::string> userid = json->string("userid");
  if (!userid || !is_userid(*userid)) return std::nullopt;
  return userid;
}

}  // namespace

WeCom::WeCom(Settings settings, int connections, redis::Client& redis)
    : settings_(std::move(settings)),
      http_(settings_.timeout, connections, settings_.ca_file),
      calls_(kFacts.name),
      token_(redis, std::string(kFacts.name) + ":" + settings_.corpid + ":" + settings_.agent_id,
             settings_.secret, settings_.timeout, [this] { return fetch_token(); }) {}

std::string WeCom::authorize_url(const Redirection& redirection) {
  const std::string redirect_uri = "&redirect_uri=" + percent_encode(redirection.redirect_uri);
  const std::string state = "&state=" + percent_encode(redirection.state);
  if (redirection.in_wecom) {
    return settings_.open_base + "/connect/oauth2/authorize?appid=" + settings_.corpid +
           redirect_uri + "&response_type=code&scope=snsapi_base" + state +
           "&agentid=" + settings_.agent_id + "#wechat_redirect";
  }
  return settings_.login_base + "/wwlogin/sso/login?login_type=CorpApp&appid=" + settings_.corpid +
         "&agentid=" + settings_.agent_id + redirect_uri + state;
}

std::variant<Grant, Refusal> WeCom::exchange(std::string_view code, const Redirection&) {
  auto reply =
      ask("getuserinfo", "/cgi-bin/auth/getuserinfo?code=" + percent_encode(code), parse_member);
  if (auto* refusal = std::get_if<Refusal>(&reply)) return std::move(*refusal);
  return Grant{Json::object()
                   .with("corpid", settings_.corpid)
                   .with("userid", std::get<std::string>(reply))
                   .text()};
}

bool WeCom::is_grant(const Grant& grant) const {
  return userid_in(grant, settings_.corpid).has_value();
}

std::variant<Person, Refusal> WeCom::person(const Grant& grant) {
  const std::string userid = userid_in(grant, settings_.corpid).value();
  auto reply = ask("user/get", "/cgi-bin/user/get?userid=" + percent_encode(userid),
                   [&](std::string_view body) { return parse_profile(body, userid); });
  Person person{.identities = {{std::string(kFacts.identity_type),
                                settings_.corpid + ":" + ascii_lower(userid)}},
                .nickname = {},
                .avatar_url = {},
                .gender = {}};
  if (auto* refusal = std::get_if<Refusal>(&reply)) {
    if (!is_unseen_person(*refusal)) return std::move(*refusal);
    person.told_profile = false;
    return person;
  }
  auto& profile = std::get<Profile>(reply);
  person.nickname = std::move(profile.nickname);
  person.avatar_url = std::move(profile.avatar_url);
  person.gender = std::move(profile.gender);
  return person;
}

std::variant<AppToken::Fetched, Refusal> WeCom::fetch_token() {
  auto reply = calls_.counted("gettoken", [this] {
    return parse_app_token(get("/cgi-bin/gettoken?corpid=" + percent_encode(settings_.corpid) +
                               "&corpsecret=" + percent_encode(settings_.secret)));
  });
  hide(reply, settings_.secret);
  const auto* refusal = std::get_if<Refusal>(&reply);
  if (refusal != nullptr && refusal->passes) throw Error(ErrorKind::upstream, errcode_in(*refusal));
  return reply;
}

template <class Parse>
auto WeCom::ask(const char* call, const std::string& path_and_query, const Parse& parse)
    -> decltype(parse("")) {
  const auto until = AppToken::Clock::now() + 2 * settings_.timeout;
  AppToken::Held dead;
  for (;;) {
    auto token = token_.get(until, dead);
    if (auto* refusal = std::get_if<Refusal>(&token)) return std::move(*refusal);
    auto& held = std::get<AppToken::Held>(token);
    if (AppToken::Clock::now() >= until) {
      throw Error(ErrorKind::upstream, "WeCom took too long to give out an app token");
    }
    auto reply = calls_.counted(call, [&] {
      return parse(get(path_and_query + "&access_token=" + percent_encode(held.text)));
    });
    hide(reply, held.text);
    const auto* refusal = std::get_if<Refusal>(&reply);
    const bool is_dead = refusal != nullptr && is_dead_token(*refusal);
    const bool repeated = !dead.text.empty();
    if (refusal != nullptr && (refusal->passes || (is_dead && repeated))) {
      throw Error(ErrorKind::upstream, errcode_in(*refusal));
    }
    if (!is_dead) return reply;
    dead = std::move(held);
  }
}

std::string WeCom::get(const std::string& path_and_query) {
  HttpResponse response = http_.get(settings_.api_base + path_and_query);
  if (response.status != 200) {
    throw Error(ErrorKind::upstream, "WeCom's reply has status " + std::to_string(response.status));
  }
  return std::move(response.body);
}

}  // namespace scanlogin::wecom
