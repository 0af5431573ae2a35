#include "domain/login/login.h"

#include <chrono>
#include <utility>

#include "base/jwt.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

constexpr std::size_t kLongestErrmsg = 500;  // characters, in user_audit

weixin::Refusal refused(const weixin::Refusal& refusal, const char* call, const Log& log) {
  const auto fields = {LogField("call", call), LogField("errcode", refusal.errcode),
                       LogField("errmsg", refusal.errmsg)};
  if (weixin::is_operators_error(refusal.errcode)) {
    log.error("login refused by WeChat: check WX_APPID and WX_SECRET", fields);
  } else {
    log.info("login refused by WeChat", fields);
  }
  return refusal;
}

// Without it the login can go on; it only could not be repeated.
void remember(Claim& claim, const weixin::Grant& grant, const Log& log) {
  try {
    claim.remember(to_text(grant));
  } catch (const Error& error) {
    log.warning("grant not kept", {{"reason", error.what()}});
  }
}

// What the code was exchanged for already; nothing if it was not, or if what Redis has for it is
// none of ours.
std::optional<weixin::Grant> remembered(const Claim& claim, const Log& log) {
  if (claim.exchanged().empty()) return std::nullopt;
  try {
    const auto parsed = weixin::parse_grant(claim.exchanged());
    if (const auto* grant = std::get_if<weixin::Grant>(&parsed)) return *grant;
  } catch (const Error&) {
  }
  log.warning("a login's grant in Redis cannot be read");
  return std::nullopt;
}

weixin::Snapshot snapshot(const Log& log) {
  log.info("login refused: virtual visitor");
  return {};
}

// Why somebody whom WeChat does not name was not logged in; nothing for any other outcome.
std::optional<Json> refusal_detail(const LoginOutcome& outcome) {
  if (const auto* refusal = std::get_if<weixin::Refusal>(&outcome)) {
    const std::string_view errmsg = utf8_cut(refusal->errmsg, kLongestErrmsg);
    return Json::object().with("errcode", refusal->errcode).with("errmsg", errmsg);
  }
  if (std::holds_alternative<weixin::Snapshot>(outcome)) {
    return Json::object().with("reason", "snapshot-user");
  }
  return std::nullopt;
}

// The refusal stands whether or not it can be written down: WeChat takes no code twice.
void note_refusal(mysql::Client& mysql, const Actor& actor, Json detail, const Log& log) {
  const Deed refusal{"login-refused", std::nullopt, std::move(detail)};
  try {
    mysql.transaction([&](mysql::Connection& connection) { record(connection, actor, refusal); });
  } catch (const Error& error) {
    log.warning("refusal not in user_audit", {{"reason", error.what()}});
  }
}

}  // namespace

std::string Login::begin(Browser& browser, const Log& log) {
  std::string uuid = uuids_.make();
  codes_.begin(uuid, browser.begin_login());
  log.debug("login begun");
  return uuid;
}

LoginOutcome Login::poll(const PendingLogin& login, const Actor& actor, const Log& log) {
  auto found = codes_.find(login);
  if (auto* claim = std::get_if<Claim>(&found)) return finish(*claim, actor, log);
  if (const auto* ended = std::get_if<Ended>(&found)) {
    if (auto outcome = parse_outcome(ended->outcome, config_.secret_keys)) return *outcome;
    log.warning("the outcome of a login in Redis cannot be read");
    return NothingScanned{};
  }
  scans_.watch();
  return NothingScanned{};
}

LoginOutcome Login::finish(Claim& claim, const Actor& actor, const Log& log) {
  LoginOutcome outcome = attempt(claim, actor, log);
  if (std::optional<Json> detail = refusal_detail(outcome)) {
    note_refusal(mysql_, actor, std::move(*detail), log);
  }
  // The claim went to somebody else, who still needs the code.
  if (std::holds_alternative<NothingScanned>(outcome)) return outcome;
  try {
    claim.spend(to_text(outcome));
  } catch (const Error& error) {
    // The outcome stands: WeChat takes no code twice.
    log.warning("code not removed", {{"reason", error.what()}});
  }
  forget_old_deeds(log);
  return outcome;
}

LoginOutcome Login::attempt(Claim& claim, const Actor& actor, const Log& log) {
  std::optional<weixin::Grant> grant = remembered(claim, log);
  if (!grant) {
    auto granted = weixin_.exchange(claim.code());
    if (std::holds_alternative<weixin::Snapshot>(granted)) return snapshot(log);
    if (const auto* refusal = std::get_if<weixin::Refusal>(&granted)) {
      return refused(*refusal, "access_token", log);
    }
    grant = std::get<weixin::Grant>(std::move(granted));
    remember(claim, *grant, log);
  }

  const auto asked = weixin_.person(*grant);
  if (std::holds_alternative<weixin::Snapshot>(asked)) return snapshot(log);
  if (const auto* refusal = std::get_if<weixin::Refusal>(&asked)) {
    if (weixin::passes(refusal->errcode)) throw weixin::busy(*refusal);
    return refused(*refusal, "userinfo", log);
  }
  // Whoever took the claim over meanwhile gives out the token; this one would end its session.
  if (!claim.renew()) return NothingScanned{};
  return sign_in(std::get<Person>(asked), actor, log);
}

LoginOutcome Login::sign_in(const Person& person, const Actor& actor, const Log& log) {
  std::string token;
  // Found by the first attempt: a repeated transaction would find the session that it began itself.
  std::optional<std::vector<Deed>> replaced;
  const auto noted = [&](mysql::Connection& connection, const Users::SignIn& outcome) {
    if (!replaced) replaced = replaced_by(outcome);
    for (const Deed& deed : *replaced) record(connection, actor, deed);
    note(connection, actor, outcome);
    const auto* in = std::get_if<SignedIn>(&outcome);
    if (in != nullptr) token = begin_session(*in, actor);
  };
  const auto result = users_.sign_in(person, log, noted);
  if (const auto* banned = std::get_if<Banned>(&result)) {
    log.info("login refused: user is banned", {{"user", banned->user}});
    return *banned;
  }
  const auto& user = std::get<SignedIn>(result);
  log.info("login", {{"user", user.user}, {"new", user.created ? "yes" : "no"}});
  return LoggedIn{std::move(token)};
}

std::string Login::begin_session(const SignedIn& user, const Actor& actor) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const jwt::Claims claims{user.user, user.username, now + config_.token_ttl};
  std::string token = jwt::sign(claims, config_.secret_keys.front());
  sessions_.begin(user.user, token, claims.exp, actor.origin);
  return token;
}

// Once a minute at the most, ten thousand rows then: more than come in that time by one address.
void Login::forget_old_deeds(const Log& log) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  auto due = forgetting_due_.load();
  if (now < due || !forgetting_due_.compare_exchange_strong(due, now + std::chrono::minutes(1))) {
    return;
  }
  try {
    for (int left = 10; left > 0 && forget_deeds(mysql_, config_.audit_days); --left) {
    }
  } catch (const Error& error) {
    log.warning("user_audit not shortened", {{"reason", error.what()}});
  }
}

// From where such a session had come is in its detail; from where the login, in the entry itself.
std::vector<Deed> Login::replaced_by(const Users::SignIn& outcome) {
  std::vector<Deed> replaced;
  const auto* in = std::get_if<SignedIn>(&outcome);
  // What Redis has for a new user's id was begun in a transaction that came to nothing.
  if (in == nullptr || in->created) return replaced;
  for (Json& session : sessions_.list(in->user)) {
    replaced.push_back({"replaced", in->user, std::move(session)});
  }
  return replaced;
}

void Login::note(mysql::Connection& connection, const Actor& actor, const Users::SignIn& outcome) {
  if (const auto* banned = std::get_if<Banned>(&outcome)) {
    return record(connection, actor,
                  {"login-refused", banned->user, Json::object().with("reason", "banned")});
  }
  const auto& in = std::get<SignedIn>(outcome);
  record(connection, actor, {"login", in.user, Json::object().with("new", in.created)});
}

}  // namespace scanlogin
