#pragma once

#include <openssl/evp.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/handle.h"
#include "base/json.h"

namespace scanlogin {

// A key pair that signs, or the public half of one, which only verifies: Ed25519, with the
// algorithm EdDSA (RFC 8037), or RSA of 2,048 bits or more, with RS256 (RFC 7518 section 3.3). A
// public key may also be one on the curve P-256, with ES256 (RFC 7518 section 3.4). A key has one
// algorithm and is good for no other. Thread-safe.
class AsymmetricKey {
 public:
  enum class Half { private_key, public_key };

  // The key in the text of a PEM file (RFC 7468), which has to hold one, and nothing else in PEM:
  // PKCS #8 or "RSA PRIVATE KEY", unencrypted; or SubjectPublicKeyInfo, "PUBLIC KEY". Else what is
  // wrong, to be said behind "a file ": "with an RSA key of 1024 bits, fewer than 2048".
  static std::variant<AsymmetricKey, std::string> from_pem(const std::string& pem, Half half);

  // The public key that a JWK describes: kty RSA (2,048 to 8,192 bits), EC with P-256, or OKP with
  // Ed25519 (RFC 7518 section 6, RFC 8037 section 2). Nothing for any other and for numbers that
  // are no key. What the JWK says beyond them, of its use for one, is for the caller to judge.
  static std::optional<AsymmetricKey> from_jwk(const Json& jwk);

  std::string_view algorithm() const noexcept;  // "EdDSA", "ES256" or "RS256"
  // The SHA-256 of the public half in base64url (RFC 7638): 43 characters.
  const std::string& thumbprint() const noexcept { return thumbprint_; }
  // The public half as verifiers want it (RFC 7517 section 4, RFC 8037 section 2).
  Json jwk() const;

  // The signature's bytes: always the same for the same text. Needs the private half.
  std::string sign(std::string_view text) const;
  bool verifies(std::string_view text, std::string_view signature) const;

 private:
  using Pkey = Handle<EVP_PKEY, EVP_PKEY_free>;

  explicit AsymmetricKey(Pkey key);

  Pkey key_;
  std::string thumbprint_;
};

}  // namespace scanlogin
