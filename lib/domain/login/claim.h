#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "clients/redis.h"
#include "domain/login/left_claims.h"

namespace scanlogin {

// The exclusive right to exchange one code. Dropped, it gives the code back to the next poll, if
// Redis is away to the next one that this process is asked; a process that dies with one gives it
// back when the claim's life is over.
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
  Claim(redis::Client& redis, LeftClaims& left, Parts parts)
      : redis_(&redis), left_(left), parts_(std::move(parts)) {}
  Claim(Claim&& other) noexcept;
  Claim& operator=(Claim&&) = delete;
  ~Claim();

  const std::string& code() const noexcept { return parts_.code; }
  // What an earlier claim of this code remembered; empty if none did.
  const std::string& exchanged() const noexcept { return parts_.exchanged; }
  // Keeps what the code was exchanged for, as long as a code lives: WeChat takes a code only
  // once, so without this a login that fails after its exchange would be lost. Throws
  // Error(cache).
  void remember(std::string_view exchanged);
  // Begins the claim's life anew. False if it was over and the code is somebody else's, or
  // nobody's, by now. Throws Error(cache).
  bool renew();
  // Removes the code for good: WeChat has answered for it. A different code that arrived for the
  // uuid meanwhile stays, and so does everything if the claim is somebody else's by now. A login
  // that is bound to a browser keeps the outcome for a minute (CodeMap::find), because the reply to
  // this poll may get lost. Throws Error(cache).
  void spend(std::string_view outcome);

 private:
  redis::Client* redis_;  // null once spent
  LeftClaims& left_;
  Parts parts_;
};

}  // namespace scanlogin
