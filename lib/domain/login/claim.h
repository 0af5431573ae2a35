#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "clients/redis.h"
#include "domain/login/uncertain_claims.h"

namespace scanlogin {

// The exclusive right to exchange one code. When dropped it gives the code back; if Redis is away,
// this process's next poll takes it over. If the process dies, the code is free again when the
// claim's life is over.
class Claim {
 public:
  struct Parts {
    std::string uuid;
    std::string owner;
    std::string code;
    std::string exchanged;
    std::chrono::milliseconds life;
    bool bound = false;  // to a browser, which may ask for the outcome again
  };
  Claim(redis::Client& redis, UncertainClaims& uncertain, Parts parts)
      : redis_(&redis), uncertain_(uncertain), parts_(std::move(parts)) {}
  Claim(Claim&& other) noexcept;
  Claim& operator=(Claim&&) = delete;
  ~Claim();

  const std::string& code() const noexcept { return parts_.code; }
  // What an earlier claim of this code remembered; empty if none did.
  const std::string& exchanged() const noexcept { return parts_.exchanged; }
  // Keeps what the code was exchanged for, as long as a code lives: a code is good only
  // once, so without this a login that fails after its exchange would be lost. Throws
  // Error(cache).
  void remember(std::string_view exchanged);
  // Begins the claim's life anew. False if it was over and the code is somebody else's, or
  // nobody's, by now. Throws Error(cache).
  bool renew();
  // Removes the code for good: the provider has answered for it. A different code that arrived for
  // the uuid meanwhile stays, and so does everything if the claim is somebody else's by now. A
  // login that is bound to a browser keeps the outcome for a minute (LoginStore::claim), because
  // the reply to this poll may get lost. Throws Error(cache).
  void spend(std::string_view outcome);

 private:
  redis::Client* redis_;  // null once spent
  UncertainClaims& uncertain_;
  Parts parts_;
};

}  // namespace scanlogin
