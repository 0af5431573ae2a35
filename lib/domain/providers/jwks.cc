#include "domain/providers/jwks.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/json.h"

namespace scanlogin::oidc {
namespace {

constexpr std::size_t kLargestDocument = 128 * 1024;
constexpr std::size_t kMostKeys = 64;
constexpr std::size_t kLongestKid = 256;

[[noreturn]] void broken(const std::string& what) {
  throw Error(ErrorKind::upstream, "the key set " + what);
}

bool is_absent_or(const Json& jwk, const char* name, std::string_view wanted) {
  return !jwk.has(name) || jwk.string(name) == wanted;
}

bool may_verify(const Json& jwk) {
  if (!is_absent_or(jwk, "use", "sig") || jwk.has("d")) return false;
  if (!jwk.has("key_ops")) return true;
  const std::optional<std::vector<std::string>> uses = jwk.strings("key_ops");
  return uses && std::find(uses->begin(), uses->end(), "verify") != uses->end();
}

bool has_usable_kid(const Json& jwk) {
  if (!jwk.has("kid")) return true;
  const std::optional<std::string> kid = jwk.string("kid");
  return kid && kid->size() <= kLongestKid;
}

}  // namespace

Jwks parse_jwks(std::string_view body) {
  if (body.size() > kLargestDocument) broken("is over 128 KiB");
  const std::optional<Json> json = Json::parse(body);
  const auto all = json ? json->objects("keys") : std::nullopt;
  if (!all) broken("is not a JSON object with an array `keys`");
  if (all->size() > kMostKeys) broken("has over 64 keys");
  Jwks usable;
  for (const Json& jwk : *all) {
    if (!may_verify(jwk) || !has_usable_kid(jwk)) continue;
    std::optional<AsymmetricKey> key = AsymmetricKey::from_jwk(jwk);
    if (!key || !is_absent_or(jwk, "alg", key->algorithm())) continue;
    usable.push_back({jwk.string("kid"), std::move(*key)});
  }
  return usable;
}

}  // namespace scanlogin::oidc
