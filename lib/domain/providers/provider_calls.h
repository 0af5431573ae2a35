#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "base/metrics.h"
#include "domain/providers/provider.h"

namespace scanlogin {

// What is counted of the calls to a provider. WeChat's are in scanlogin_weixin_requests_total{call,
// errcode} and scanlogin_weixin_request_duration_seconds; those of all others in
// scanlogin_provider_requests_total{provider,call,code} and
// scanlogin_provider_request_duration_seconds{provider}. The code is the provider's own for a
// refusal, "0" for what was asked for, and "none" where no reply came that can be read.
class ProviderCalls {
 public:
  // WeChat's, by what it is asked: so the first call that goes wrong is an increase.
  ProviderCalls(std::initializer_list<const char*> calls);
  // Any other provider's, by its name.
  explicit ProviderCalls(std::string_view provider);

  // Calls `ask`, which returns a variant with a Refusal or throws, and counts that.
  template <class Ask>
  auto counted(const char* call, const Ask& ask) -> decltype(ask()) {
    const auto begun = Clock::now();
    try {
      auto reply = ask();
      const auto* refusal = std::get_if<Refusal>(&reply);
      note(call, refusal != nullptr ? code_of(*refusal) : "0", Clock::now() - begun);
      return reply;
    } catch (const Error&) {
      note(call, "none", Clock::now() - begun);
      throw;
    }
  }

  // Whether the last call was answered, and since when that is so; of all providers together that
  // this process asks.
  enum class State { unasked, up, down };
  struct Condition {
    State state = State::unasked;
    std::int64_t since = 0;  // in seconds of the system's clock
  };
  static Condition condition();

 private:
  using Clock = std::chrono::steady_clock;
  void note(const char* call, std::string code, Clock::duration took);

  const std::string provider_;  // empty: WeChat
  metrics::Histogram duration_;
};

}  // namespace scanlogin
