#include "domain/login/login_counts.h"

#include <variant>

#include "base/metrics.h"

namespace scanlogin {
namespace {

metrics::Counters logins("scanlogin_logins_total",
                         "Logins that have come to an end, by how and by provider.");

struct NameOfOutcome {
  const char* operator()(const NothingScanned&) const { return "overtaken"; }
  const char* operator()(const LoggedIn&) const { return "logged-in"; }
  const char* operator()(const Cancelled&) const { return "cancelled"; }
  const char* operator()(const ConsentNeeded&) const { return "consent-needed"; }
  const char* operator()(const Refusal&) const { return "refused"; }
  const char* operator()(const Banned&) const { return "banned"; }
  const char* operator()(const Linked&) const { return "linked"; }
  const char* operator()(const IdentityTaken&) const { return "identity-taken"; }
};

}  // namespace

// What an alert looks at is there before it happens.
LoginCounts::LoginCounts(std::string_view provider) : provider_(provider) {
  for (const char* outcome :
       {"logged-in", "linked", "refused", kProviderUnavailable, kServiceUnavailable}) {
    count(outcome, 0);
  }
}

const char* LoginCounts::name_of(const LoginOutcome& outcome) {
  return std::visit(NameOfOutcome{}, outcome);
}

void LoginCounts::count(const char* outcome, std::uint64_t times) const {
  logins.add({{"provider", provider_}, {"outcome", outcome}}, times);
}

}  // namespace scanlogin
