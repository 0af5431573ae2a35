#include "base/jwt.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/base64url.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/jws.h"

namespace scanlogin::jwt {
namespace {

constexpr std::size_t kLongestToken = 8192;
constexpr std::size_t kJtiBytes = 16;

std::string token_of(std::string_view signed_text, std::string_view signature) {
  return std::string(signed_text) + "." + base64url_encode(signature);
}

}  // namespace

std::string sign(const Claims& claims, const KeyRing& keys) {
  const KeyName key = keys.signing_key();
  Json header = Json::object().with("typ", "jwt_").with("alg", key.alg);
  if (key.kid) header = std::move(header).with("kid", *key.kid);
  const Json payload =
      Json::object()
          .with("id", claims.id)
          .with("username", claims.username)
          .with("exp", static_cast<std::int64_t>(claims.exp.time_since_epoch().count()))
          .with("jti", random_hex(kJtiBytes));
  const std::string text = base64url_encode(header.text()) + "." + base64url_encode(payload.text());
  return token_of(text, keys.sign(text));
}

std::string_view without_signature(std::string_view token) noexcept {
  return token.substr(0, token.rfind('.'));
}

std::vector<std::string> with_signatures(std::string_view signed_text, const KeyRing& keys) {
  const std::optional<Json> header =
      jws::decode_object(signed_text.substr(0, signed_text.find('.')));
  if (!header) return {};
  std::vector<std::string> tokens;
  for (const std::string& signature : keys.signatures(jws::key_named_in(*header), signed_text)) {
    tokens.push_back(token_of(signed_text, signature));
  }
  return tokens;
}

std::variant<Claims, Fault> verify(std::string_view token, const KeyRing& keys, Time now) {
  const std::optional<jws::Parts> parts = jws::split(token, kLongestToken);
  if (!parts) return Fault::malformed;
  const KeyName key = jws::key_named_in(parts->header);
  if (!keys.has(key.alg) || parts->header.has("crit")) return Fault::invalid;
  if (!keys.verifies(key, parts->signed_text, parts->signature)) return Fault::malformed;

  const std::optional<double> exp = parts->payload.number("exp");
  if (!exp || !std::isfinite(*exp)) return Fault::malformed;
  if (*exp <= static_cast<double>(now.time_since_epoch().count())) return Fault::expired;

  const std::optional<std::int64_t> id = parts->payload.integer("id");
  if (!id || *id < 1) return Fault::invalid;
  constexpr double kFarthest = 9e15;  // a year past any calendar; keeps the cast defined
  return Claims{*id, parts->payload.string("username").value_or(""),
                Time(std::chrono::seconds(static_cast<std::int64_t>(std::min(*exp, kFarthest))))};
}

}  // namespace scanlogin::jwt
