#include "domain/providers/identity_types.h"

#include <algorithm>
#include <array>

#include "domain/providers/provider.h"
#include "domain/providers/weixin_website.h"

namespace scanlogin {
namespace {

// Where several share a type, it belongs to the first of them.
constexpr std::array kProviders = {weixin::Website::kFacts};

const ProviderFacts* find(std::string_view type) noexcept {
  const auto* const found =
      std::find_if(kProviders.begin(), kProviders.end(), [type](const ProviderFacts& provider) {
        return provider.identity_type == type || provider.union_type == type;
      });
  return found == kProviders.end() ? nullptr : found;
}

}  // namespace

std::string_view provider_of(std::string_view type) noexcept {
  const ProviderFacts* provider = find(type);
  return provider != nullptr ? provider->name : type;
}

std::string_view union_type_of(std::string_view type) noexcept {
  const ProviderFacts* provider = find(type);
  return provider != nullptr ? provider->union_type : std::string_view();
}

}  // namespace scanlogin
