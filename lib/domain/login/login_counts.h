#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "domain/login/login_outcome.h"
#include "domain/providers/provider.h"

namespace scanlogin {

// scanlogin_logins_total{provider,outcome}: the logins by one provider that came to something.
class LoginCounts {
 public:
  // provider: its name.
  explicit LoginCounts(std::string_view provider);

  // Calls attempt(), which returns a LoginOutcome or throws, and counts that. One that cannot go on
  // just now is counted as well; the next poll takes it up again.
  template <class Attempt>
  LoginOutcome counted(const Attempt& attempt) const {
    try {
      LoginOutcome outcome = attempt();
      count(name_of(outcome));
      return outcome;
    } catch (const ProviderUnavailable&) {
      count(kProviderUnavailable);
      throw;
    } catch (const Error&) {
      count(kServiceUnavailable);
      throw;
    }
  }

 private:
  static constexpr const char* kProviderUnavailable = "provider-unavailable";
  static constexpr const char* kServiceUnavailable = "service-unavailable";

  static const char* name_of(const LoginOutcome& outcome);
  void count(const char* outcome, std::uint64_t times = 1) const;

  const std::string provider_;
};

}  // namespace scanlogin
