#include "domain/login/linking.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "domain/audit/audit.h"
#include "domain/users/users.h"

namespace scanlogin {
namespace {

AuditEntry entry_of(const Users::Linking& linking, std::int64_t user) {
  if (std::holds_alternative<Users::Taken>(linking)) {
    return {"login-refused", user, Json::object().with("reason", "identity-taken")};
  }
  if (std::holds_alternative<Banned>(linking)) {
    return {"login-refused", user, Json::object().with("reason", "banned")};
  }
  Json identities = Json::array();
  for (const Identity& identity : std::get<Users::Added>(linking).identities) {
    identities.push(to_json(identity));
  }
  return {"link", user, Json::object().with("identities", std::move(identities))};
}

bool adds_nothing(const Users::Linking& linking) {
  const auto* added = std::get_if<Users::Added>(&linking);
  return added != nullptr && added->identities.empty();
}

}  // namespace

LoginOutcome link_identities(mysql::Client& mysql, const ProviderFacts& provider,
                             const Person& person, std::int64_t user, Claim& claim,
                             const Actor& actor, const Log& log) {
  const Users::Linking linking = mysql.transaction([&](mysql::Connection& connection) {
    Users::Linking outcome = Users::link(connection, user, person);
    // The user is locked: whoever took the claim over comes before this or behind it, and what the
    // user has unlinked since stays so.
    claim.renew();
    if (!adds_nothing(outcome)) record(connection, actor, entry_of(outcome, user));
    return outcome;
  });
  if (std::holds_alternative<Users::Taken>(linking)) {
    log.info("identity not linked: it is another user's", {{"user", user}});
    return IdentityTaken{};
  }
  if (std::holds_alternative<Banned>(linking)) {
    log.info("login refused: user is banned", {{"user", user}});
    return Banned{user};
  }
  log.info("identity linked", {{"user", user}, {"provider", provider.name}});
  return Linked{std::string(provider.name)};
}

}  // namespace scanlogin
