#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/settings_reader.h"
#include "clients/redis.h"
#include "domain/providers/oauth_settings.h"
#include "domain/providers/oidc_settings.h"
#include "domain/providers/provider.h"
#include "domain/providers/wecom_settings.h"
#include "domain/providers/weixin_settings.h"

namespace scanlogin {

// A provider that the site offers. WeChat's website and mini-program logins have programs of their
// own, which read their settings; weixin::Settings are the official account's.
struct Offered {
  std::string name;
  std::variant<std::monostate, weixin::Settings, wecom::Settings, oauth::Settings, oidc::Settings>
      settings;
};

// PROVIDERS: names with blanks or commas between them, in the order in which people are shown them;
// default "wx". Another name than wx, mp, mini and wecom is described by NAME.json in PROVIDER_DIR
// (domain/providers/oauth_settings.h); one that has no such file speaks OpenID Connect, and needs
// NAME_ISSUER.
std::vector<Offered> read_offered(SettingsReader& settings);

// Whether one has this name.
bool offers(const std::vector<Offered>& offered, std::string_view name);

// The provider itself; nothing for one that has a program of its own. connections: to it, at a
// time. redis: outlives it.
std::unique_ptr<Provider> make_provider(const Offered& offered, int connections,
                                        redis::Client& redis);

}  // namespace scanlogin
