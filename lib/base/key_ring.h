#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/asymmetric_key.h"
#include "base/json.h"

namespace scanlogin {

// What a token's header says of the key that signed it (RFC 7515 sections 4.1.1 and 4.1.4).
struct KeyName {
  std::string alg;
  std::optional<std::string> kid;
};

// The keys of the tokens. A secret signs and verifies with HS256 (RFC 7518 section 3.2), whatever
// `kid` a token has: secrets have no names. Every other key is found by its name alone, algorithm
// and thumbprint. So a token chooses among the keys that there are, and never how one is used: a
// public key is no secret of HMAC's, and a secret verifies nothing but HS256. Thread-safe.
class KeyRing {
 public:
  KeyRing() = default;  // without a key
  // The first secret signs, the others only verify. With a signing key, which has its private
  // half, it is that key that signs. The keys of `verifying` verify.
  explicit KeyRing(std::vector<std::string> secrets,
                   std::optional<AsymmetricKey> signing = std::nullopt,
                   std::vector<AsymmetricKey> verifying = {});

  // What other secrets are derived from: SECRET_KEY first, then SECRET_KEY_FALLBACKS.
  const std::vector<std::string>& secrets() const noexcept { return secrets_; }

  // The key that signs new tokens, and its signature: raw bytes.
  KeyName signing_key() const;
  std::string sign(std::string_view text) const;
  // The signatures of all keys here that have this name and can sign.
  std::vector<std::string> signatures(const KeyName& name, std::string_view text) const;

  // Whether any of the keys has this algorithm.
  bool has(std::string_view alg) const noexcept;
  // Whether a key of this name signed the text.
  bool verifies(const KeyName& name, std::string_view text, std::string_view signature) const;

  // The public keys as a JWK set (RFC 7517 section 5): that of the signing key first.
  Json jwks() const;

 private:
  const AsymmetricKey* find(const KeyName& name) const;

  std::vector<std::string> secrets_;
  std::optional<AsymmetricKey> signing_;
  std::vector<AsymmetricKey> verifying_;
};

}  // namespace scanlogin
