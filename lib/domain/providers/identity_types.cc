#include "domain/providers/identity_types.h"

#include <algorithm>
#include <array>

#include "domain/providers/provider.h"
#include "domain/providers/weixin_account.h"
#include "domain/providers/weixin_mini.h"
#include "domain/providers/weixin_website.h"

namespace scanlogin {
namespace {

// Where several share a type, it belongs to the first of them.
constexpr std::array kProviders = {weixin::Website::kFacts, weixin::OfficialAccount::kFacts,
                                   weixin::MiniProgram::kFacts};

const ProviderFacts* find(std::string_view type) noexcept {
  const auto* const found =
      std::find_if(kProviders.begin(), kProviders.end(), [type](const ProviderFacts& provider) {
        return provider.identity_type == type || provider.union_type == type;
      });
  return found == kProviders.end() ? nullptr : found;
}

// A file names its provider's types in one way (domain/providers/oauth_replies.h): NAME_openid
// stands below NAME.
std::string_view plain(std::string_view type) noexcept {
  constexpr std::string_view kBelow = "_openid";
  if (type.ends_with(kBelow)) type.remove_suffix(kBelow.size());
  return type;
}

}  // namespace

std::string_view provider_of(std::string_view type) noexcept {
  const ProviderFacts* provider = find(type);
  return provider != nullptr ? provider->name : plain(type);
}

std::string_view union_type_of(std::string_view type) noexcept {
  const ProviderFacts* provider = find(type);
  return provider != nullptr ? provider->union_type : plain(type);
}

bool can_log_in(std::string_view type, const std::vector<std::string>& providers) {
  const auto is_offered = [&](std::string_view name) {
    return std::find(providers.begin(), providers.end(), name) != providers.end();
  };
  if (find(type) == nullptr) return is_offered(plain(type));
  return std::any_of(kProviders.begin(), kProviders.end(), [&](const ProviderFacts& provider) {
    return (provider.identity_type == type || provider.union_type == type) &&
           is_offered(provider.name);
  });
}

}  // namespace scanlogin
