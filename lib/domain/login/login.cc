#include "domain/login/login.h"

#include <optional>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "domain/audit/audit.h"
#include "domain/login/linking.h"
#include "domain/login/login_session.h"
#include "domain/users/clash.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestMsg = 500;  // characters, in user_audit

// What the provider says; where it cannot be asked, that, under the provider's name.
template <class Question>
auto asked(const Provider& provider, const Question& question) {
  try {
    return question();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::upstream) throw;
    throw ProviderUnavailable(provider.facts(), error.what());
  }
}

void log_refusal(const ProviderFacts& provider, const Refusal& refusal, const Log& log) {
  if (!refusal.reason.empty()) {
    log.info("login refused: " + std::string(refusal.reason));
    return;
  }
  const auto fields = {LogField("call", refusal.call), LogField("errcode", code_of(refusal)),
                       LogField("errmsg", refusal.msg)};
  const std::string event = "login refused by " + std::string(provider.label);
  if (refusal.operators_mistake) {
    log.error(event + ": check " + std::string(provider.settings), fields);
  } else {
    log.info(event, fields);
  }
}

Json detail_of(const Refusal& refusal) {
  if (const auto* code = std::get_if<std::string>(&refusal.code)) {
    return Json::object().with("reason", *code);
  }
  return Json::object()
      .with("errcode", std::get<std::int64_t>(refusal.code))
      .with("errmsg", utf8_cut(refusal.msg, kLongestMsg));
}

// Without it the login can go on; it only could not be repeated.
void remember(Claim& claim, const Grant& grant, const Log& log) {
  try {
    claim.remember(grant.text);
  } catch (const Error& error) {
    log.warning("grant not kept", {{"reason", error.what()}});
  }
}

AuditEntry entry_of(const Banned& banned) {
  return {"login-refused", banned.user, Json::object().with("reason", "banned")};
}

}  // namespace

Login::Login(const Config& config, Provider& provider, mysql::Client& mysql, redis::Client& redis)
    : config_(config),
      provider_(provider),
      mysql_(mysql),
      retention_(mysql, config.audit_days),
      sessions_(config, redis),
      profiles_(redis),
      store_(redis, provider.facts().name),
      uuids_(config, provider.facts().name),
      counts_(provider.facts().name) {}

std::string Login::begin(LoginCookie& cookie, const Log& log,
                         const std::optional<LoginStart>& start, std::optional<std::int64_t> link) {
  std::string uuid = uuids_.make();
  store_.begin(uuid, cookie.begin_login(), start, link);
  log.debug("login begun");
  return uuid;
}

PendingLogin Login::begin_with_code(std::string_view code) {
  PendingLogin login = uuids_.login_of_code(code);
  store_.begin(login.uuid, login.cookie->hashes().front());
  store_.store(login, code);
  return login;
}

LoginOutcome Login::poll(const PendingLogin& login, const Actor& actor, const Log& log) {
  auto found = store_.claim(login, claim_life(provider_.time_limit()));
  if (auto* claim = std::get_if<Claim>(&found)) return finish(login, *claim, actor, log);
  if (const auto* ended = std::get_if<Ended>(&found)) {
    if (auto outcome = parse_outcome(ended->outcome, config_.keys)) return *outcome;
    log.warning("the outcome of a login in Redis cannot be read");
  }
  return NothingScanned{};
}

LoginOutcome Login::finish(const PendingLogin& login, Claim& claim, const Actor& actor,
                           const Log& log) {
  LoginOutcome outcome;
  try {
    outcome = counts_.counted([&] { return attempt(login, claim, actor, log); });
  } catch (const Claim::Overtaken&) {
    return NothingScanned{};  // the code is whose the claim is
  }
  try {
    claim.spend(to_text(outcome));
  } catch (const Error& error) {
    // The outcome stands: no code is good twice.
    log.warning("code not removed", {{"reason", error.what()}});
  }
  retention_.apply(log);
  return outcome;
}

LoginOutcome Login::attempt(const PendingLogin& login, Claim& claim, const Actor& actor,
                            const Log& log) {
  const auto granted = grant_for(login.uuid, claim, log);
  if (const auto* refusal = std::get_if<Refusal>(&granted)) return refused(*refusal, actor, log);
  auto person = asked(provider_, [&] { return provider_.person(std::get<Grant>(granted)); });
  if (const auto* refusal = std::get_if<Refusal>(&person)) {
    if (!refusal->passes) return refused(*refusal, actor, log);
    throw ProviderUnavailable(provider_.facts(),
                              "errcode " + code_of(*refusal) + ": " + refusal->msg);
  }
  if (const auto user = claim.link()) {
    return link_identities(mysql_, provider_.facts(), std::get<Person>(person), *user, claim, actor,
                           log);
  }
  // Whoever took the claim over meanwhile gives out the token; this one would end its session.
  claim.renew();
  auto& known = std::get<Person>(person);
  if (!known.told_profile) {
    known.nickname = login.own_word.nickname;
    known.avatar_url = login.own_word.avatar_url;
  }
  return sign_in(known, claim, actor, log);
}

// What an earlier claim of the code has exchanged it for; else what this one does.
std::variant<Grant, Refusal> Login::grant_for(const std::string& uuid, Claim& claim,
                                              const Log& log) {
  if (!claim.exchanged().empty()) {
    Grant kept{claim.exchanged()};
    if (provider_.is_grant(kept)) return kept;
    log.warning("a login's grant in Redis cannot be read");
  }
  const Redirection redirection = uuids_.redirection_of(uuid, claim.start().value_or(LoginStart{}));
  auto granted = asked(provider_, [&] { return provider_.exchange(claim.code(), redirection); });
  if (const auto* grant = std::get_if<Grant>(&granted)) remember(claim, *grant, log);
  return granted;
}

// The whole of it is one transaction: the session begins while the user is locked, so that nobody
// is banned in between, and what user_audit says has happened.
LoginOutcome Login::sign_in(const Person& person, Claim& claim, const Actor& actor,
                            const Log& log) {
  LoginSession session(config_, sessions_, provider_.facts(), claim, actor, log);
  Users::SignIn result;
  ProfileChange telling(profiles_, log);
  try {
    result = mysql_.transaction([&](mysql::Connection& connection) {
      Users::SignIn outcome = Users::sign_in(connection, person, log);
      if (const auto* in = std::get_if<SignedIn>(&outcome)) {
        if (in->changed) telling.begin(in->user);
        for (const AuditEntry& entry : session.begin(*in)) record(connection, actor, entry);
        if (in->clash) record_clash(connection, actor, in->user, *in->clash);
      } else if (const auto* banned = std::get_if<Banned>(&outcome)) {
        record(connection, actor, entry_of(*banned));
      }
      return outcome;
    });
  } catch (...) {
    session.withdraw();
    throw;
  }
  if (const auto* in = std::get_if<SignedIn>(&result)) {
    log.info("login", {{"user", in->user}, {"new", in->created ? "yes" : "no"}});
    return LoggedIn{session.token()};
  }
  session.withdraw();
  if (const auto* banned = std::get_if<Banned>(&result)) {
    log.info("login refused: user is banned", {{"user", banned->user}});
    return *banned;
  }
  log.debug("nobody knows the person, who has to be asked first");
  return ConsentNeeded{};
}

// The refusal stands whether or not it can be written down: no code is good twice.
Refusal Login::refused(const Refusal& refusal, const Actor& actor, const Log& log) {
  log_refusal(provider_.facts(), refusal, log);
  const AuditEntry entry{"login-refused", std::nullopt, detail_of(refusal)};
  try {
    mysql_.transaction([&](mysql::Connection& connection) { record(connection, actor, entry); });
  } catch (const Error& error) {
    log.warning("refusal not in user_audit", {{"reason", error.what()}});
  }
  return refusal;
}

}  // namespace scanlogin
