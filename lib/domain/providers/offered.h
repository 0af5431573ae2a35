#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/settings_reader.h"
#include "clients/redis.h"
#include "domain/providers/oauth_settings.h"
#include "domain/providers/oidc_settings.h"
#include "domain/providers/provider.h"
#include "domain/providers/wecom_settings.h"

namespace scanlogin {

// A provider that the site offers. WeChat's website login has programs of its own, which read its
// settings.
struct Offered {
  std::string name;
  std::variant<std::monostate, oauth::Settings, oidc::Settings, wecom::Settings> settings;
};

// PROVIDERS: names with blanks or commas between them, in the order in which people are shown them;
// default "wx". "wecom" is WeCom. Another name than these is described by NAME.json in PROVIDER_DIR
// (domain/providers/oauth_settings.h); one that has no such file speaks OpenID Connect, and needs
// NAME_ISSUER.
std::vector<Offered> read_offered(SettingsReader& settings);

// The provider itself; nothing for WeChat's website login. connections: to it, at a time. redis:
// outlives it.
std::unique_ptr<Provider> make_provider(const Offered& offered, int connections,
                                        redis::Client& redis);

}  // namespace scanlogin
