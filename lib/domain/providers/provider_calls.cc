#include "domain/providers/provider_calls.h"

#include <mutex>

#include "base/utf8.h"

namespace scanlogin {
namespace {

metrics::Counters& weixin_requests() {
  static metrics::Counters counters("scanlogin_weixin_requests_total",
                                    "Calls to WeChat, by what was asked and its errcode.");
  return counters;
}

metrics::Counters& provider_requests() {
  static metrics::Counters counters("scanlogin_provider_requests_total",
                                    "Calls to other providers, by what was asked and their code.");
  return counters;
}

constexpr std::size_t kLongestCode = 64;  // characters

// Of the last call.
struct Known {
  std::mutex mutex;
  ProviderCalls::Condition condition;
};

Known& known() {
  static Known known;
  return known;
}

void note_condition(ProviderCalls::State state) {
  const std::lock_guard lock(known().mutex);
  if (known().condition.state == state) return;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  known().condition = {.state = state, .since = now.time_since_epoch().count()};
}

}  // namespace

ProviderCalls::ProviderCalls(std::initializer_list<const char*> calls)
    : duration_("scanlogin_weixin_request_duration_seconds", "How long WeChat took to answer.") {
  for (const char* call : calls) {
    for (const char* errcode : {"0", "none", "40001", "40013", "40125"}) {
      weixin_requests().add({{"call", call}, {"errcode", errcode}}, 0);
    }
  }
}

ProviderCalls::ProviderCalls(std::string_view provider)
    : provider_(provider),
      duration_("scanlogin_provider_request_duration_seconds",
                "How long a provider took to answer.", {{"provider", provider_}}) {
  provider_requests();  // is there before the first call
}

void ProviderCalls::note(const char* call, std::string code, Clock::duration took) {
  note_condition(code == "none" ? State::down : State::up);
  code = utf8_cut(code, kLongestCode);
  duration_.observe(took);
  if (provider_.empty()) {
    weixin_requests().add({{"call", call}, {"errcode", std::move(code)}});
  } else {
    provider_requests().add({{"provider", provider_}, {"call", call}, {"code", std::move(code)}});
  }
}

ProviderCalls::Condition ProviderCalls::condition() {
  const std::lock_guard lock(known().mutex);
  return known().condition;
}

}  // namespace scanlogin
