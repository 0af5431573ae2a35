#include "base/jwt.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/base64url.h"
#include "base/crypto.h"
#include "base/json.h"

namespace scanlogin::jwt {
namespace {

constexpr std::size_t kLongestToken = 8192;
constexpr std::size_t kJtiBytes = 16;

struct Parts {
  std::string_view signed_text;  // header.payload as they were sent: what the signature is over
  Json header;
  Json payload;
  std::string signature;
};

std::optional<Json> decode_object(std::string_view part) {
  const std::optional<std::string> text = base64url_decode(part);
  if (!text) return std::nullopt;
  std::optional<Json> json = Json::parse(*text);
  if (!json || !json->is_object()) return std::nullopt;
  return json;
}

std::optional<Parts> split(std::string_view token) {
  if (token.size() > kLongestToken) return std::nullopt;
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == last || token.find('.', first + 1) != last) return std::nullopt;
  std::optional<Json> header = decode_object(token.substr(0, first));
  std::optional<Json> payload = decode_object(token.substr(first + 1, last - first - 1));
  std::optional<std::string> signature = base64url_decode(token.substr(last + 1));
  if (!header || !payload || !signature) return std::nullopt;
  return Parts{token.substr(0, last), std::move(*header), std::move(*payload),
               std::move(*signature)};
}

bool signed_by_any(const Parts& parts, const std::vector<std::string>& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
    return equal_in_constant_time(parts.signature, hmac_sha256(key, parts.signed_text));
  });
}

}  // namespace

std::string sign(const Claims& claims, std::string_view key) {
  const Json header = Json::object().with("typ", "jwt_").with("alg", "HS256");
  const Json payload =
      Json::object()
          .with("id", claims.id)
          .with("username", claims.username)
          .with("exp", static_cast<std::int64_t>(claims.exp.time_since_epoch().count()))
          .with("jti", random_hex(kJtiBytes));
  return add_signature(base64url_encode(header.text()) + "." + base64url_encode(payload.text()),
                       key);
}

std::string_view without_signature(std::string_view token) noexcept {
  return token.substr(0, token.rfind('.'));
}

std::string add_signature(std::string_view signed_text, std::string_view key) {
  return std::string(signed_text) + "." + base64url_encode(hmac_sha256(key, signed_text));
}

std::variant<Claims, Fault> verify(std::string_view token, const std::vector<std::string>& keys,
                                   Time now) {
  const std::optional<Parts> parts = split(token);
  if (!parts) return Fault::malformed;
  if (parts->header.string("alg") != "HS256") return Fault::invalid;
  if (!signed_by_any(*parts, keys)) return Fault::malformed;

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
