#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/jwt.h"
#include "domain/providers/jwks.h"

namespace scanlogin::oidc {

// What an id_token has to say for a login to count.
struct Expected {
  std::string issuer;                   // Discovery::issuer
  std::vector<std::string> algorithms;  // Discovery::algorithms
  std::string client_id;
  std::string nonce;  // not empty
};

// What is taken from an id_token.
struct IdToken {
  std::string subject;  // 1 to 255 ASCII characters, without a space at either end
  std::string name;     // as it came: UTF-8; empty where there is none
  std::string picture;  // likewise
};

// Why an id_token is not good, in the order of the checks.
enum class IdTokenFault {
  too_long,      // over 16,384 bytes
  malformed,     // as base/jws.h has it; or a `kid` that is no text
  critical,      // a `crit`: nothing that it could ask for is known here
  algorithm,     // an `alg` that is not expected, such as none
  unfit_key,     // the key of that `kid` has another algorithm
  unknown_key,   // no key has that `kid`; or there is no `kid`, and no key of the algorithm made
                 // the signature. The provider may have new keys: worth asking it again
  signature,     // the key of that `kid` did not make it
  issuer,        // `iss` is another's
  audience,      // `aud` is not the site alone
  presenter,     // `azp` is there and is not the site
  times,         // no `exp` or no `iat`, or one of them or `nbf` is no number
  expired,       // `exp` has passed
  issued_later,  // `iat` is still to come
  not_yet_good,  // `nbf` is still to come
  nonce,         // not that of this login
  subject,       // no `sub` that an IdToken could have
};

// "has expired": what is to be said behind "the id_token".
std::string_view reason(IdTokenFault fault) noexcept;

// Verifies an id_token that came from the token endpoint, as OpenID Connect Core 1.0 section
// 3.1.3.7 asks: signature, issuer, audience, times and nonce. Clocks may differ by five minutes.
// Signatures are always checked. `kid` chooses the key; without one, each of the algorithm is
// tried. Google's `iss` may lack its "https://". Nothing is fetched, and no clock is read.
std::variant<IdToken, IdTokenFault> verify_id_token(std::string_view token, const Jwks& keys,
                                                    const Expected& expected, jwt::Time now);

// Whether a text can be an IdToken::subject.
bool is_subject(std::string_view text) noexcept;

}  // namespace scanlogin::oidc
