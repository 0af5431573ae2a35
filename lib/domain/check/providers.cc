#include "domain/check/providers.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/crypto.h"
#include "base/url.h"
#include "clients/http_client.h"
#include "domain/check/clock.h"
#include "domain/providers/oidc_provider.h"
#include "domain/providers/weixin_account.h"
#include "domain/providers/weixin_mini.h"
#include "domain/providers/weixin_website.h"

namespace scanlogin::check {
namespace {

constexpr std::int64_t kWrongAppId = 40013;
constexpr std::int64_t kInvalidCode = 40029;

// One of WeChat's ways in, by the name that PROVIDERS has for it.
struct Door {
  std::string name;
  weixin::Settings settings;
};

std::vector<Door> doors_of(const Settings& settings) {
  std::vector<Door> doors;
  for (const Offered& offered : settings.offered) {
    if (offered.name == weixin::Website::kFacts.name && settings.website) {
      doors.push_back({offered.name, *settings.website});
    } else if (offered.name == weixin::MiniProgram::kFacts.name && settings.mini) {
      doors.push_back({offered.name, *settings.mini});
    } else if (const auto* account = std::get_if<weixin::Settings>(&offered.settings)) {
      doors.push_back({offered.name, *account});
    }
  }
  return doors;
}

std::unique_ptr<Provider> provider_of(const Door& door) {
  if (door.name == weixin::Website::kFacts.name) {
    return std::make_unique<weixin::Website>(door.settings, 1);
  }
  if (door.name == weixin::MiniProgram::kFacts.name) {
    return std::make_unique<weixin::MiniProgram>(door.settings, 1);
  }
  return std::make_unique<weixin::OfficialAccount>(door.settings, 1);
}

// WeChat looks at the app's id, then at the secret, and at the code last.
Finding verdict(const Door& door, const Refusal& refusal) {
  const std::string what = "weixin " + door.name;
  const auto* errcode = std::get_if<std::int64_t>(&refusal.code);
  const std::string said = "errcode " + code_of(refusal) + ", " + refusal.msg;
  const std::string where(provider_of(door)->facts().settings);
  if (errcode != nullptr && *errcode == kInvalidCode) {
    return {.what = what, .detail = "it takes the id and the secret of app " + door.settings.appid};
  }
  if (errcode != nullptr && weixin::is_operators_error(*errcode)) {
    return {
        .what = what,
        .state = State::fault,
        .detail = (*errcode == kWrongAppId ? "it knows no app " + door.settings.appid
                                           : "the secret is wrong for app " + door.settings.appid) +
                  " (" + said + ")",
        .advice = "check " + where +
                  " on the app's page at WeChat; a secret that was drawn "
                  "anew there ends the one before"};
  }
  return {.what = what, .state = State::unknown, .detail = "to a made-up code it says: " + said};
}

Finding credentials(const Door& door) {
  try {
    const auto reply = provider_of(door)->exchange("check" + random_hex(16), {});
    if (const auto* refusal = std::get_if<Refusal>(&reply)) return verdict(door, *refusal);
    return {.what = "weixin " + door.name,
            .state = State::warning,
            .detail = "it takes a made-up code: this is not WeChat",
            .advice = "check WX_API_BASE"};
  } catch (const Error& error) {
    return {.what = "weixin " + door.name,
            .state = State::fault,
            .detail = error.what(),
            .advice = "check WX_API_BASE: what answers there does not speak as WeChat does"};
  }
}

// The host alone, of which nobody has to be told anything: any answer is one.
std::optional<HttpResponse> reach(const weixin::Settings& settings, Findings& found) {
  const std::string what = "weixin";
  try {
    HttpClient http(settings.timeout, 1, settings.ca_file);
    const std::int64_t asked = milliseconds_now();
    HttpResponse reply = http.get(settings.api_base + "/");
    found.push_back({.what = what, .detail = settings.api_base + " answers"});
    if (reply.date) {
      found.push_back(
          compare_clocks("weixin clock", *reply.date * 1000, asked, milliseconds_now(), 1000));
    }
    return reply;
  } catch (const Error& error) {
    found.push_back({.what = what,
                     .state = State::fault,
                     .detail = settings.api_base + ": " + error.what(),
                     .advice = "check that this machine may connect there (firewall, proxy, DNS, "
                               "WX_API_BASE, WX_CA_FILE)"});
    return std::nullopt;
  }
}

Findings weixin(const std::vector<Door>& doors) {
  Findings found;
  if (doors.empty()) return found;
  const bool reached = reach(doors.front().settings, found).has_value();
  for (const Door& door : doors) {
    found.push_back(reached ? credentials(door)
                            : Finding{.what = "weixin " + door.name,
                                      .state = State::unknown,
                                      .detail = "WeChat is out of reach"});
  }
  return found;
}

// The way to its page is what it publishes.
Finding issuer(const oidc::Settings& settings) {
  const std::string what = "provider " + settings.name;
  try {
    OidcProvider(settings, 1).authorize_url({});
    return {.what = what, .detail = "its document is in order; only a login tells of the secret"};
  } catch (const Error& error) {
    return {.what = what,
            .state = State::fault,
            .detail = settings.issuer + ": " + error.what(),
            .advice = "check its …_ISSUER, and that this machine may connect there"};
  }
}

}  // namespace

Findings check_providers(const Settings& settings) {
  Findings found = weixin(doors_of(settings));
  for (const Offered& offered : settings.offered) {
    if (const auto* one = std::get_if<oidc::Settings>(&offered.settings)) {
      found.push_back(issuer(*one));
    } else if (std::holds_alternative<oauth::Settings>(offered.settings) ||
               std::holds_alternative<wecom::Settings>(offered.settings)) {
      found.push_back({.what = "provider " + offered.name,
                       .state = State::unknown,
                       .detail = "only a login tells of its id and secret"});
    }
  }
  return found;
}

}  // namespace scanlogin::check
