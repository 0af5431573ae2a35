#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "clients/redis.h"

namespace scanlogin {

// A login's uuid: 1 to 128 of A–Z a–z 0–9 - _ . (WeChat carries it as `state`, at most 128 bytes).
bool is_uuid(std::string_view text) noexcept;
// A code from WeChat: 1 to 512 bytes without control characters.
bool is_code(std::string_view text) noexcept;

// The exclusive right to exchange one code. Dropped, it gives the code back to the next poll; a
// process that dies with one gives it back when the claim's life is over.
class Claim {
 public:
  struct Parts {
    std::string uuid;
    std::string owner;
    std::string code;
    std::string exchanged;
    std::chrono::milliseconds life;
  };
  Claim(redis::Client& redis, Parts parts) : redis_(&redis), parts_(std::move(parts)) {}
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
  // uuid meanwhile stays. Throws Error(cache).
  void spend();

 private:
  redis::Client* redis_;  // null once spent
  Parts parts_;
};

// From the uuid that a login page polls with to the code that WeChat sent for it, in Redis:
//   WeixinCodeMap:<uuid>   the code, for 600 s, the life WeChat gives it
//   WeixinClaim:<uuid>     who is exchanging it
//   WeixinGrant:<uuid>     the code, a line end, and what it was exchanged for; until spent, 600 s
// All methods throw Error(cache). The uuid has to satisfy is_uuid.
class CodeMap {
 public:
  // Of the codes' keys; the uuid follows.
  static constexpr std::string_view kKeyPrefix = "WeixinCodeMap:";
  // How long WeChat takes a code.
  static constexpr std::chrono::seconds kCodeLife{600};

  // claim_life: longer than any exchange can take, so that no code is ever exchanged twice.
  CodeMap(redis::Client& redis, std::chrono::milliseconds claim_life)
      : redis_(redis), claim_life_(claim_life) {}

  // Keeps the code for the uuid, in place of an earlier one. Once it returns, no process takes
  // the uuid for one that nothing was scanned for (redis::Client::settle).
  void store(std::string_view uuid, std::string_view code);
  // Nothing if there is no code, or somebody else is exchanging it.
  std::optional<Claim> claim(std::string_view uuid);

 private:
  redis::Client& redis_;
  std::chrono::milliseconds claim_life_;
};

}  // namespace scanlogin
