#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/asymmetric_key.h"

namespace scanlogin::oidc {

// A key that a provider signs with.
struct VerificationKey {
  std::optional<std::string> kid;  // its name; a provider's only key may have none
  AsymmetricKey key;
};

// A provider's keys, in their order. Names need not differ.
using Jwks = std::vector<VerificationKey>;

// The keys of a JWK set (RFC 7517 section 5) that verify RS256, ES256 or EdDSA
// (base/asymmetric_key.h). Any other is left out, since a provider may have keys for other uses and
// other clients, and so is one
//   - with a `use` other than "sig", or `key_ops` without "verify";
//   - with an `alg` that is not the key's;
//   - whose private half is there to be read by anybody (`d`);
//   - whose numbers make no key, or whose `kid` is no text of at most 256 bytes.
// So none may be left. Throws Error(upstream) where the document is over 128 KiB, is no JSON object
// with an array `keys`, or has over 64 keys.
Jwks parse_jwks(std::string_view body);

}  // namespace scanlogin::oidc
