#include "domain/providers/id_token.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/crypto.h"
#include "base/json.h"
#include "base/jws.h"
#include "domain/providers/oidc_discovery.h"

namespace scanlogin::oidc {
namespace {

constexpr std::size_t kLongestToken = 16 * 1024;
constexpr std::size_t kLongestSubject = 255;
constexpr double kSkew = 5 * 60;  // seconds
// developers.google.com/identity/openid-connect/openid-connect: `iss` is either of them.
constexpr std::string_view kGoogle = "https://accounts.google.com";
constexpr std::string_view kGoogleInTokens = "accounts.google.com";

using Fault = std::optional<IdTokenFault>;

bool has(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

Fault fault_of_header(const Json& header, const Expected& expected) {
  if (header.has("kid") && !header.string("kid")) return IdTokenFault::malformed;
  if (header.has("crit")) return IdTokenFault::critical;
  if (!has(expected.algorithms, header.string("alg").value_or(""))) return IdTokenFault::algorithm;
  return std::nullopt;
}

// The keys that the header may mean. A key's algorithm is its own: a token cannot have it used for
// another.
Fault fault_of_signature(const jws::Parts& parts, const Jwks& keys) {
  const KeyName name = jws::key_named_in(parts.header);
  bool known = false;
  bool fit = false;
  for (const VerificationKey& candidate : keys) {
    if (name.kid && candidate.kid != name.kid) continue;
    known = true;
    if (candidate.key.algorithm() != name.alg) continue;
    fit = true;
    if (candidate.key.verifies(parts.signed_text, parts.signature)) return std::nullopt;
  }
  if (!name.kid || !known) return IdTokenFault::unknown_key;
  return fit ? IdTokenFault::signature : IdTokenFault::unfit_key;
}

bool is_issuer(const Json& claims, std::string_view issuer) {
  const std::string iss = claims.string("iss").value_or("");
  if (issuer == kGoogle && iss == kGoogleInTokens) return true;
  const std::string tenant = claims.string("tid").value_or("");
  const bool shared = issuer.find('{') != std::string_view::npos;
  return is_same_issuer(issuer, iss, tenant) && (!shared || !tenant.empty());
}

// A text or an array of them (RFC 7519 section 4.1.3). The standard lets a client trust others in
// it; this one knows none.
bool is_for_us_alone(const Json& claims, const std::string& client_id) {
  if (const auto one = claims.string("aud")) return *one == client_id;
  const auto all = claims.strings("aud");
  return all && !all->empty() &&
         std::all_of(all->begin(), all->end(),
                     [&](const std::string& audience) { return audience == client_id; });
}

std::optional<double> time_of(const Json& claims, const char* name) {
  const std::optional<double> time = claims.number(name);
  return time && std::isfinite(*time) ? time : std::nullopt;
}

Fault fault_of_times(const Json& claims, jwt::Time now_is) {
  const auto now = static_cast<double>(now_is.time_since_epoch().count());
  const std::optional<double> exp = time_of(claims, "exp");
  const std::optional<double> iat = time_of(claims, "iat");
  const std::optional<double> nbf = time_of(claims, "nbf");
  if (!exp || !iat || (!nbf && claims.has("nbf"))) return IdTokenFault::times;
  if (*exp + kSkew <= now) return IdTokenFault::expired;
  if (*iat - kSkew > now) return IdTokenFault::issued_later;
  if (nbf && *nbf - kSkew > now) return IdTokenFault::not_yet_good;
  return std::nullopt;
}

Fault fault_of_claims(const Json& claims, const Expected& expected, jwt::Time now) {
  if (!is_issuer(claims, expected.issuer)) return IdTokenFault::issuer;
  if (!is_for_us_alone(claims, expected.client_id)) return IdTokenFault::audience;
  if (claims.has("azp") && claims.string("azp") != expected.client_id) {
    return IdTokenFault::presenter;
  }
  if (const Fault fault = fault_of_times(claims, now)) return fault;
  const std::string nonce = claims.string("nonce").value_or("");
  if (nonce.empty() || !equal_in_constant_time(nonce, expected.nonce)) return IdTokenFault::nonce;
  if (!is_subject(claims.string("sub").value_or(""))) return IdTokenFault::subject;
  return std::nullopt;
}

}  // namespace

std::string_view reason(IdTokenFault fault) noexcept {
  switch (fault) {
    case IdTokenFault::too_long:
      return "is over 16,384 bytes";
    case IdTokenFault::malformed:
      return "is no signed JSON Web Token";
    case IdTokenFault::critical:
      return "has a crit in its header";
    case IdTokenFault::algorithm:
      return "has an alg that the provider does not announce, or that is not known here";
    case IdTokenFault::unfit_key:
      return "has an alg that is not its key's";
    case IdTokenFault::unknown_key:
      return "is signed with a key that the provider does not publish";
    case IdTokenFault::signature:
      return "has a wrong signature";
    case IdTokenFault::issuer:
      return "has another iss";
    case IdTokenFault::audience:
      return "has an aud that is not the client id alone";
    case IdTokenFault::presenter:
      return "has an azp that is not the client id";
    case IdTokenFault::times:
      return "has an exp, iat or nbf that is missing or no number";
    case IdTokenFault::expired:
      return "has expired";
    case IdTokenFault::issued_later:
      return "has an iat that is still to come";
    case IdTokenFault::not_yet_good:
      return "has an nbf that is still to come";
    case IdTokenFault::nonce:
      return "has not the nonce of this login";
    case IdTokenFault::subject:
      return "has no usable sub";
  }
  return "is refused";
}

std::variant<IdToken, IdTokenFault> verify_id_token(std::string_view token, const Jwks& keys,
                                                    const Expected& expected, jwt::Time now) {
  if (token.size() > kLongestToken) return IdTokenFault::too_long;
  const std::optional<jws::Parts> parts = jws::split(token, kLongestToken);
  if (!parts) return IdTokenFault::malformed;
  if (const Fault fault = fault_of_header(parts->header, expected)) return *fault;
  if (const Fault fault = fault_of_signature(*parts, keys)) return *fault;
  const Json& claims = parts->payload;
  if (const Fault fault = fault_of_claims(claims, expected, now)) return *fault;
  return IdToken{.subject = claims.string("sub").value(),
                 .name = claims.string("name").value_or(""),
                 .picture = claims.string("picture").value_or("")};
}

bool is_subject(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kLongestSubject && !text.starts_with(' ') &&
         !text.ends_with(' ') &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

}  // namespace scanlogin::oidc
