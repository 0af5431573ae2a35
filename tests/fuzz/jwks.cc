// The keys that a provider publishes.

#include "domain/providers/jwks.h"

#include "base/error.h"
#include "fuzz/fuzz.h"

namespace scanlogin::oidc {
namespace {

using fuzz::check;

void check_key(const VerificationKey& key) {
  check(!key.kid || (key.kid->size() <= 256 && utf8_valid(*key.kid)), "a kid is short UTF-8");
  const std::string_view alg = key.key.algorithm();
  check(alg == "RS256" || alg == "ES256" || alg == "EdDSA", "a key has a known algorithm");
  check(key.key.thumbprint().size() == 43, "a thumbprint is SHA-256");
  // Whoever publishes a point of small order has Ed25519 take zeros for a signature.
  for (const std::size_t size : {0U, 1U, 64U, 256U}) {
    check(alg == "EdDSA" || !key.key.verifies("text", std::string(size, '\0')),
          "zeros are no signature");
  }
  const std::optional<AsymmetricKey> again = AsymmetricKey::from_jwk(key.key.jwk());
  check(again && again->thumbprint() == key.key.thumbprint(), "a key survives being written");
}

void read(std::string_view body) {
  try {
    const Jwks keys = parse_jwks(body);
    check(keys.size() <= 64, "there are 64 keys at the most");
    for (const VerificationKey& key : keys) check_key(key);
  } catch (const Error& error) {
    check(error.kind() == ErrorKind::upstream, "what cannot be read is the provider's fault");
    check(fuzz::is_plain(error.what()), "an error can be logged");
  }
}

}  // namespace
}  // namespace scanlogin::oidc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scanlogin::oidc::read(scanlogin::fuzz::Input(data, size).rest());
  return 0;
}
