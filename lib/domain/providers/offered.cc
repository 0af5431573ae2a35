#include "domain/providers/offered.h"

#include <algorithm>
#include <string_view>

#include "base/config.h"
#include "base/text.h"
#include "domain/providers/oauth_provider.h"
#include "domain/providers/oidc_provider.h"
#include "domain/providers/provider_file.h"
#include "domain/providers/wecom.h"
#include "domain/providers/weixin_account.h"
#include "domain/providers/weixin_mini.h"
#include "domain/providers/weixin_website.h"

namespace scanlogin {
namespace {

constexpr const char* kSetting = "PROVIDERS";

bool has_own_program(std::string_view name) {
  return name == weixin::Website::kFacts.name || name == weixin::MiniProgram::kFacts.name;
}

bool is_built_in(std::string_view name) {
  return has_own_program(name) || name == weixin::OfficialAccount::kFacts.name ||
         name == wecom::WeCom::kFacts.name;
}

Offered read_one(SettingsReader& settings, const std::string& directory, const std::string& name) {
  if (has_own_program(name)) return {.name = name, .settings = {}};
  if (name == weixin::OfficialAccount::kFacts.name) {
    return {.name = name, .settings = weixin::read_account_settings(settings)};
  }
  if (name == wecom::WeCom::kFacts.name) {
    return {.name = name, .settings = wecom::read_settings(settings)};
  }
  if (oauth::is_described(directory, name)) {
    return {.name = name,
            .settings =
                oauth::read_settings(settings, oauth::read_description(settings, directory, name))};
  }
  const std::string issuer = ascii_upper(name) + "_ISSUER";
  if (settings.text(issuer, "").empty()) {
    settings.fault(kSetting, "names " + name + ", but there is no " + directory + "/" + name +
                                 ".json, and no " + issuer);
    return {.name = name, .settings = {}};
  }
  return {.name = name, .settings = oidc::read_settings(settings, name)};
}

}  // namespace

std::vector<Offered> read_offered(SettingsReader& settings) {
  const std::string directory = oauth::provider_directory(settings);
  std::vector<Offered> all;
  for (const std::string& name : read_provider_names(settings)) {
    if (!is_built_in(name) && !oauth::is_provider_name(name)) {
      settings.fault(kSetting,
                     "has to be names of a-z and 0-9, 24 characters at the most, like: wx github");
    } else if (offers(all, name)) {
      settings.fault(kSetting, "names " + name + " twice");
    } else {
      all.push_back(read_one(settings, directory, name));
    }
  }
  return all;
}

bool offers(const std::vector<Offered>& offered, std::string_view name) {
  return std::any_of(offered.begin(), offered.end(),
                     [&](const Offered& one) { return one.name == name; });
}

std::unique_ptr<Provider> make_provider(const Offered& offered, int connections,
                                        redis::Client& redis) {
  if (const auto* account = std::get_if<weixin::Settings>(&offered.settings)) {
    return std::make_unique<weixin::OfficialAccount>(*account, connections);
  }
  if (const auto* file = std::get_if<oauth::Settings>(&offered.settings)) {
    return std::make_unique<oauth::OAuthProvider>(*file, connections);
  }
  if (const auto* issuer = std::get_if<oidc::Settings>(&offered.settings)) {
    return std::make_unique<OidcProvider>(*issuer, connections);
  }
  if (const auto* company = std::get_if<wecom::Settings>(&offered.settings)) {
    return std::make_unique<wecom::WeCom>(*company, connections, redis);
  }
  return nullptr;
}

}  // namespace scanlogin
