#pragma once

#include <openssl/evp.h>

#include <string>
#include <string_view>

#include "base/handle.h"
#include "base/json.h"

// OpenSSL's keys, for base/asymmetric_key.cc alone: Ed25519, EC on the curve P-256, and RSA.
namespace scanlogin::evp {

using Key = Handle<EVP_PKEY, EVP_PKEY_free>;

constexpr int kFewestRsaBits = 2048;

// Throws Error(internal) for a call of OpenSSL's that failed, and forgets OpenSSL's own errors:
// they are kept per thread, where the next user of the library would find them.
void require(bool success, const char* what);

const unsigned char* as_bytes(std::string_view text) noexcept;
unsigned char* as_bytes(std::string& text) noexcept;

bool is_rsa(const EVP_PKEY* key) noexcept;
bool is_ed25519(const EVP_PKEY* key) noexcept;
bool is_ec(const EVP_PKEY* key) noexcept;

// Whether its numbers can be a public key at all: an RSA modulus is odd and no prime, a point is on
// its curve, and so on.
bool has_sound_public_half(EVP_PKEY* key);

// The members of the JWK that make the key, in the order in which the thumbprint is taken over
// them: that of their names (RFC 7638 section 3.2, RFC 8037 section 2).
Json required_members(const EVP_PKEY* key);

// The public key that these members make (RFC 7518 section 6, RFC 8037 section 2); null if they
// make none. RSA: of 2,048 to 8,192 bits, with an exponent of at most 64 bits.
Key from_members(const Json& jwk);

// r and s side by side (RFC 7518 section 3.4) as OpenSSL wants them, in DER. Empty for a text that
// has not 64 bytes.
std::string der_of_ecdsa(std::string_view signature);

}  // namespace scanlogin::evp
