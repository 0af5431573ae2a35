#include "domain/providers/provider.h"

#include "base/text.h"

namespace scanlogin {

bool is_code(const ProviderFacts& provider, std::string_view text) noexcept {
  return !text.empty() && text.size() <= provider.longest_code && !has_control(text);
}

std::string code_of(const Refusal& refusal) {
  const auto* number = std::get_if<std::int64_t>(&refusal.code);
  return number != nullptr ? std::to_string(*number) : std::get<std::string>(refusal.code);
}

Json Provider::beginning(const Redirection& redirection) {
  return Json::object().with("uuid", redirection.state).with("url", authorize_url(redirection));
}

const std::vector<std::string>& Provider::code_parameters() const noexcept {
  static const std::vector<std::string> code = {"code"};
  return code;
}

bool Provider::may_call_back(const std::optional<std::string>&) { return true; }

}  // namespace scanlogin
