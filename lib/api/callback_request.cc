#include "api/callback_request.h"

#include <utility>

#include "api/callback_url.h"

namespace scanlogin {

std::variant<CallbackRequest, Response> read_callback(const Request& request,
                                                      const LoginUuids& uuids, const Site& site,
                                                      const ProviderFacts& provider) {
  std::optional<std::string> code = request.query("code");
  std::optional<std::string> uuid = request.query("state");
  const bool made_here = uuid && uuids.made_here(*uuid);
  if (!code && !made_here) return params_error("缺少参数 code");
  if (!uuid) return params_error("缺少参数 uuid");
  if (!uuids.accepts(*uuid)) return params_error("参数 uuid 不合法");
  if (code && !is_code(provider, *code)) return params_error("参数 code 不合法");
  if (made_here) {
    const std::string began_at = request.query("site").value_or("");
    if (auto led = led_to_its_host(site, provider, request, began_at)) return *std::move(led);
  }
  return CallbackRequest{*std::move(uuid), std::move(code)};
}

}  // namespace scanlogin
