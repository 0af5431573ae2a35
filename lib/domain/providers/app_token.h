#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "clients/redis.h"
#include "domain/providers/provider.h"

namespace scanlogin {

// The access token of an app at a provider: not a person's, but what the app's own calls carry. A
// provider gives out few a day, and some end the last one with each. So all processes share one, in
// Redis:
//   AppToken:{APP:DIGEST}        who fetched it (32 hex digits), a line end, and the token; until
//                                5 minutes before its end
//   AppTokenFetch:{APP:DIGEST}   who is fetching one; as long as that may take, and a second
//   AppTokenFailed:{APP:DIGEST}  what a fetch came to instead: for whom ("all", or who fetched), a
//                                line end, and a JSON text
// DIGEST is made with the secret: a token, or a refusal, is never taken for another secret's, and
// one that has been set right counts at once.
//
// However many ask, one fetches; the others look every 50 ms what comes of it, and share that,
// failures too. If it dies, one of those who wait takes over when its time is over.
//
// A token may die early. Whoever is refused with it says so (get()); it is removed if it is still
// the one in Redis, and so is replaced once, however many have met it. Two are told apart by who
// fetched them: a provider may give out the same text again.
//
// A refusal means that the app itself is not let in, by a wrong secret perhaps; some providers ban
// who goes on asking. For 60 seconds everybody is given the same refusal, and nobody asks.
//
// Used from any thread. The token is a secret: nothing of it is in what is thrown.
class AppToken {
 public:
  using Clock = std::chrono::steady_clock;

  struct Fetched {
    std::string token;          // no line end
    std::chrono::seconds life;  // more than 0
  };
  // Asks the provider. Throws Error(upstream) where it cannot be asked, or is busy.
  using Fetch = std::function<std::variant<Fetched, Refusal>()>;

  struct Held {
    std::string fetched_by;  // empty: none
    std::string text;
  };

  // How long a refusal is remembered.
  static constexpr std::chrono::seconds kPause{60};

  // app: the provider's name and the app's, "wecom:CORPID:AGENTID". fetch_limit: how long `fetch`
  // takes at the most.
  AppToken(redis::Client& redis, const std::string& app, std::string_view secret,
           std::chrono::milliseconds fetch_limit, Fetch fetch);

  // The token. dead: one that the provider does not take any more. until: whoever waits for another
  // gives up then; a fetch of its own may end later. The call of a refusal that is remembered says
  // so, for the log. Throws Error(upstream) where the fetch does or nothing has come of another's,
  // and Error(cache).
  std::variant<Held, Refusal> get(Clock::time_point until, const Held& dead = {});

 private:
  std::variant<Held, Refusal> fetch(const std::string& owner);
  void keep(const std::string& owner, const Fetched& fetched);
  void fail(const std::string& owner, std::string_view whose, const std::string& text,
            std::chrono::milliseconds life);

  redis::Client& redis_;
  const std::string token_key_;
  const std::string fetch_key_;
  const std::string failed_key_;
  const std::chrono::milliseconds fetch_life_;
  const Fetch fetch_;
};

}  // namespace scanlogin
