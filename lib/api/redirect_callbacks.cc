#include "api/redirect_callbacks.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/callback_url.h"
#include "api/login_path.h"
#include "api/login_redirect.h"
#include "base/text.h"
#include "base/utf8.h"
#include "domain/login/login_outcome.h"
#include "domain/providers/provider_text.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestError = 64;
constexpr std::size_t kLongestText = 200;  // characters

// Under the first of the names that is there.
std::optional<std::string> code_in(const Request& request, const Provider& provider) {
  for (const std::string& name : provider.code_parameters()) {
    if (auto code = request.query(name)) return code;
  }
  return std::nullopt;
}

// What a callback without a code means. A person who refuses is told of by access_denied, or by
// nothing at all.
LoginOutcome outcome_of(const Request& request) {
  const std::string error = request.query("error").value_or("access_denied");
  if (error == "access_denied" || !is_identifier(error, kLongestError)) return Cancelled{};
  const bool away = error == "server_error" || error == "temporarily_unavailable";
  const std::string text = without_control(request.query("error_description").value_or(""));
  return Refusal{.code = away ? "provider-unavailable" : error,
                 .msg = std::string(utf8_cut(utf8_scrub(text), kLongestText))};
}

void log_refusal(const ProviderFacts& provider, const LoginOutcome& outcome, const Log& log) {
  const auto* refusal = std::get_if<Refusal>(&outcome);
  if (refusal == nullptr) return log.debug("login refused by the person");
  log.info("login refused by " + std::string(provider.label),
           {{"errcode", std::get<std::string>(refusal->code)}, {"errmsg", refusal->msg}});
}

}  // namespace

RedirectCallbacks::RedirectCallbacks(App& app, const std::vector<Offered>& offered)
    : app_(app), site_(app.config) {
  for (const Offered& one : offered) {
    auto provider = make_provider(one, app.config.worker_threads, app.redis);
    if (!provider) continue;
    const std::string_view name = provider->facts().name;
    all_.push_back(std::unique_ptr<Callback>(new Callback{
        std::move(provider), LoginStore(app.redis, name), LoginUuids(app.config, name)}));
  }
}

Response RedirectCallbacks::answer(const Request& request) {
  const std::string_view name = provider_in(request.path());
  const auto found = std::find_if(all_.begin(), all_.end(), [name](const auto& one) {
    return one->provider->facts().name == name;
  });
  return found == all_.end() ? not_found("接口不存在") : answer(**found, request);
}

Response RedirectCallbacks::answer(Callback& callback, const Request& request) {
  const ProviderFacts& provider = callback.provider->facts();
  const std::optional<std::string> uuid = request.query("state");
  if (!uuid) return without_state(provider, request);
  if (!callback.uuids.made_here(*uuid)) return params_error("参数 state 不合法");
  const auto code = code_in(request, *callback.provider);
  if (code && !is_code(provider, *code)) return params_error("参数 code 不合法");
  if (request.method() == "HEAD") return lead_to(303, app_.config.login_url);
  const auto start = callback.store.start(*uuid);
  if (auto led = led_to_its_host(site_, provider, request, start ? start->origin : "")) {
    return *std::move(led);
  }
  try {
    if (!callback.provider->may_call_back(request.query("iss"))) {
      app_.log_of(request).warning("callback refused: another issuer's",
                                   {{"provider", provider.name}});
      return params_error("参数 iss 不合法");
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::upstream) throw;
    return lead_to_unavailable(provider, app_, request, error);
  }
  return keep(callback, request, *uuid);
}

Response RedirectCallbacks::without_state(const ProviderFacts& provider,
                                          const Request& request) const {
  if (!request.query("error")) return params_error("缺少参数 state");
  const LoginOutcome outcome = outcome_of(request);
  log_refusal(provider, outcome, app_.log_of(request));
  const auto* refusal = std::get_if<Refusal>(&outcome);
  return lead_to_login_page(app_.config, refusal == nullptr ? "login-refused" : code_of(*refusal));
}

Response RedirectCallbacks::keep(Callback& callback, const Request& request,
                                 const std::string& uuid) {
  const ProviderFacts& provider = callback.provider->facts();
  const Log log = app_.log_of(request);
  const PendingLogin login = callback.uuids.login_of(uuid, request.header("Cookie"));
  LoginStore::Kept kept{};
  if (const auto code = code_in(request, *callback.provider)) {
    kept = callback.store.store(login, *code);
    if (kept != LoginStore::Kept::none) log.debug("code stored");
  } else {
    const LoginOutcome outcome = outcome_of(request);
    kept = callback.store.end(login, to_text(outcome));
    if (kept != LoginStore::Kept::none) log_refusal(provider, outcome, log);
  }
  if (kept != LoginStore::Kept::none) return lead_to_finish(provider, uuid);
  const bool over = callback.store.standing(login) == LoginStore::Standing::over;
  log.info(over ? "callback refused: there is no such login any more"
                : "callback refused: not the browser that began the login");
  return lead_to_login_page(app_.config, over ? "expired" : "other-browser");
}

}  // namespace scanlogin
