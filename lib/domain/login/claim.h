#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "clients/redis.h"
#include "domain/login/login_keys.h"
#include "domain/login/pending_login.h"
#include "domain/login/uncertain_claims.h"

namespace scanlogin {

// How long a claim lives: longer than all that is done under it can take, so that no code is ever
// exchanged twice. provider: how long that one takes at the most; the rest is a little MySQL and
// Redis.
constexpr std::chrono::milliseconds claim_life(std::chrono::milliseconds provider) {
  return provider + std::chrono::seconds(2);
}

// The exclusive right to exchange one code. When dropped it gives the code back; if Redis is away,
// this process's next poll takes it over. If the process dies, the code is free again when the
// claim's life is over.
class Claim {
 public:
  struct Parts {
    const LoginKeys* keys = nullptr;  // live as long as the claim
    std::string uuid;
    std::string owner;
    std::string code;
    std::string exchanged;
    std::optional<LoginStart> start;
    std::optional<std::int64_t> link;
    std::chrono::milliseconds life;
    bool bound = false;  // to a browser, which may ask for the outcome again
  };
  Claim(redis::Client& redis, UncertainClaims& uncertain, Parts parts)
      : redis_(&redis), uncertain_(uncertain), parts_(std::move(parts)) {}
  Claim(Claim&& other) noexcept;
  Claim& operator=(Claim&&) = delete;
  ~Claim();

  const std::string& code() const noexcept { return parts_.code; }
  // What the login was begun with, if it gave the provider the whole window.
  const std::optional<LoginStart>& start() const noexcept { return parts_.start; }
  // The user to whom the login adds an identity, if that is what it was begun for.
  std::optional<std::int64_t> link() const noexcept { return parts_.link; }
  // What an earlier claim of this code remembered; empty if none did.
  const std::string& exchanged() const noexcept { return parts_.exchanged; }
  // Keeps what the code was exchanged for, as long as a code lives: a code is good only
  // once, so without this a login that fails after its exchange would be lost. Throws
  // Error(cache).
  void remember(std::string_view exchanged);
  // Begins the claim's life anew, also where it was over and nobody has claimed the code since.
  // Throws Overtaken if the code is somebody else's, or nobody's, by now: a process may have stood
  // still for any time. Throws Error(cache).
  struct Overtaken {};
  void renew();
  // Until when nobody else can have the code, as of the last renew(): milliseconds since 1970, by
  // Redis's clock.
  std::int64_t until() const noexcept { return until_; }
  // Removes the code for good: the provider has answered for it. A different code that arrived for
  // the uuid meanwhile stays, and so does everything if the claim is somebody else's by now. A
  // login that is bound to a browser keeps the outcome for a minute (LoginStore::claim), because
  // the reply to this poll may get lost. Throws Error(cache).
  void spend(std::string_view outcome);

 private:
  redis::Client* redis_;  // null once spent
  UncertainClaims& uncertain_;
  Parts parts_;
  std::int64_t until_ = 0;
};

}  // namespace scanlogin
