#include "api/login_redirect.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "api/callback_url.h"
#include "api/login_begin.h"
#include "api/login_path.h"
#include "api/request_actor.h"
#include "api/site.h"
#include "api/token_cookie.h"
#include "base/url.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestNext = 8192;
// What a header may hold of a path as it is: whatever a browser has encoded stays so.
constexpr std::string_view kOfPaths = "/?#[]@!$&'()*+,;=:%";

// With which a page polls. The provider's name is left out where it is WeChat's website login,
// which pages knew before there were others.
std::string fragment_of(const ProviderFacts& provider, const std::string& uuid,
                        std::string_view next) {
  const std::string name = provider.name == "wx" ? "" : "&provider=" + std::string(provider.name);
  return "#uuid=" + uuid + name + "&next=" + percent_encode(next);
}

std::string login_page(const Config& config, std::string_view error, std::string_view next) {
  std::string url = config.login_url + "?error=" + percent_encode(error);
  if (next != "/") url += "&next=" + percent_encode(next);
  return url;
}

// What a redirect login is begun with; else what the request is answered with at once.
std::variant<LoginStart, Response> start_of(const Login& login, const Site& site,
                                            const Request& request) {
  const auto origin = site.origin(request);
  if (!origin) return params_error("参数 Host 不合法");
  std::string next = request.query("next").value_or("/");
  if (!is_site_path(next) || next.size() > kLongestNext) return params_error("参数 next 不合法");
  return LoginStart{.redirect_uri = callback_url(site, login.provider().facts(), request),
                    .next = std::move(next),
                    .origin = *origin,
                    .silent = login.provider().facts().asks_strangers_only};
}

// With what the login's browser is sent to the provider.
Redirection redirection_of(const Login& login, const std::string& uuid, const LoginStart& start,
                           const Request& request) {
  Redirection redirection = login.uuids().redirection_of(uuid, start);
  redirection.in_wecom = request.header("User-Agent").find("wxwork/") != std::string::npos;
  return redirection;
}

// To the provider, with a new login.
Response lead_to_provider(Login& login, App& app, const Request& request, const LoginStart& start) {
  LoginCookie cookie(request.header("Cookie"));
  const std::string uuid = login.begin(cookie, app.log_of(request), start);
  std::string url;
  try {
    url = login.provider().authorize_url(redirection_of(login, uuid, start, request));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::upstream) throw;
    return lead_to_unavailable(login.provider().facts(), app, request, error, start.next);
  }
  return with_cookie(lead_to(302, std::move(url)), cookie, login, Site(app.config), request);
}

// Where each outcome leads.
class Leading {
 public:
  // All live as long as this. uuid: the login's. start: what it was begun with.
  Leading(Login& login, App& app, const Request& request, const std::string& uuid,
          const std::optional<LoginStart>& start)
      : login_(login),
        app_(app),
        request_(request),
        start_(start),
        next_(start && is_site_path(start->next) ? start->next : "/"),
        fragment_(fragment_of(login.provider().facts(), uuid, next_)) {}

  Response operator()(const LoggedIn& in) const {
    if (app_.config.token_cookie.empty()) return to_poll();
    return TokenCookie(app_.config).set(to_next(), request_, in.token);
  }
  Response operator()(const NothingScanned&) const { return failed("expired"); }
  Response operator()(const Cancelled&) const { return failed("login-refused"); }
  // The same login once more, in which the person is asked.
  Response operator()(const ConsentNeeded&) const {
    if (!start_) return failed("expired");
    LoginStart asking = *start_;
    asking.silent = false;
    return lead_to_provider(login_, app_, request_, asking);
  }
  // The person was logged in before, and is so still.
  Response operator()(const Linked&) const { return to_next(); }
  Response operator()(const IdentityTaken&) const { return failed("identity-taken"); }
  Response operator()(const Banned&) const { return failed("disabled"); }
  Response operator()(const Refusal& refusal) const { return failed(code_of(refusal)); }

  Response without_outcome(LoginStore::Standing standing) const {
    switch (standing) {
      case LoginStore::Standing::pending:
        return to_poll();  // somebody else exchanges the code: the page waits for what comes of it
      case LoginStore::Standing::other_browser:
        return failed("other-browser");
      case LoginStore::Standing::over:
        break;
    }
    return failed("expired");
  }
  // The code is kept: a poll goes on with it.
  Response unavailable() const {
    return lead_to(303, login_page(app_.config, "provider-unavailable", next_) + fragment_);
  }

 private:
  Response to_next() const { return lead_to(303, percent_encode(next_, kOfPaths)); }
  Response to_poll() const { return lead_to(303, app_.config.login_url + fragment_); }
  Response failed(std::string_view error) const {
    return lead_to(303, login_page(app_.config, error, next_));
  }

  Login& login_;
  App& app_;
  const Request& request_;
  const std::optional<LoginStart>& start_;
  const std::string next_;
  const std::string fragment_;
};

}  // namespace

Response start_login(Login& login, App& app, const Request& request) {
  const auto read = start_of(login, Site(app.config), request);
  if (const auto* wrong = std::get_if<Response>(&read)) return *wrong;
  if (request.method() == "HEAD") return lead_to(302, app.config.login_url);
  return lead_to_provider(login, app, request, std::get<LoginStart>(read));
}

Response begin_redirect(Login& login, App& app, const Request& request) {
  const Site site(app.config);
  auto read = start_of(login, site, request);
  if (const auto* wrong = std::get_if<Response>(&read)) return *wrong;
  auto& start = std::get<LoginStart>(read);
  const Log log = app.log_of(request);
  if (auto refused = refused_page(site, request, log)) return *std::move(refused);
  const auto link = link_of(app, request);
  if (const auto* refused = std::get_if<Response>(&link)) return *refused;
  if (std::get<0>(link)) start.silent = false;  // all ids that the provider has are to be linked
  LoginCookie cookie(request.header("Cookie"));
  const std::string uuid = login.begin(cookie, log, start, std::get<0>(link));
  try {
    const Redirection redirection = redirection_of(login, uuid, start, request);
    return with_cookie(data_response(login.provider().beginning(redirection)), cookie, login, site,
                       request);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::upstream) throw;
    throw ProviderUnavailable(login.provider().facts(), error.what());
  }
}

Response lead_to_login_page(const Config& config, std::string_view error, std::string_view next) {
  return lead_to(303, login_page(config, error, next));
}

Response lead_to_unavailable(const ProviderFacts& provider, const App& app, const Request& request,
                             const Error& error, std::string_view next) {
  app.log_of(request).error(std::string(provider.label) + " cannot be asked",
                            {{"reason", error.what()}});
  return lead_to_login_page(app.config, "provider-unavailable", next);
}

Response lead_to_finish(const ProviderFacts& provider, const std::string& uuid) {
  return lead_to(303, login_path(provider) + "finish/?state=" + percent_encode(uuid));
}

Response finish_login(Login& login, App& app, const Request& request) {
  const Config& config = app.config;
  const std::optional<std::string> uuid = request.query("state");
  if (!uuid) return params_error("缺少参数 state");
  if (!login.uuids().made_here(*uuid)) return params_error("参数 state 不合法");
  if (request.method() == "HEAD") return lead_to(303, config.login_url);
  const Log log = app.log_of(request);
  const std::optional<LoginStart> start = login.store().start(*uuid);
  const Leading leading(login, app, request, *uuid, start);
  try {
    const PendingLogin pending = login.uuids().login_of(*uuid, request.header("Cookie"));
    const LoginOutcome outcome = login.poll(pending, actor_of(request), log);
    if (!std::holds_alternative<NothingScanned>(outcome)) return std::visit(leading, outcome);
    return leading.without_outcome(login.store().standing(pending));
  } catch (const ProviderUnavailable& error) {
    log.error(std::string(error.provider().label) + " cannot be asked", {{"reason", error.what()}});
    return leading.unavailable();
  }
}

}  // namespace scanlogin
