#include "domain/providers/provider.h"

#include "base/text.h"

namespace scanlogin {

bool is_code(const ProviderFacts& provider, std::string_view text) noexcept {
  return !text.empty() && text.size() <= provider.longest_code && !has_control(text);
}

}  // namespace scanlogin
