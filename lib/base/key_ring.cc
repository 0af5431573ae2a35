#include "base/key_ring.h"

#include <algorithm>

#include "base/crypto.h"

namespace scanlogin {
namespace {

constexpr std::string_view kHs256 = "HS256";

bool is_named(const AsymmetricKey& key, const KeyName& name) {
  return name.alg == key.algorithm() && name.kid == key.thumbprint();
}

}  // namespace

KeyRing::KeyRing(std::vector<std::string> secrets, std::optional<AsymmetricKey> signing,
                 std::vector<AsymmetricKey> verifying)
    : secrets_(std::move(secrets)),
      signing_(std::move(signing)),
      verifying_(std::move(verifying)) {}

KeyName KeyRing::signing_key() const {
  if (signing_) return {std::string(signing_->algorithm()), signing_->thumbprint()};
  return {std::string(kHs256), std::nullopt};
}

std::string KeyRing::sign(std::string_view text) const {
  return signing_ ? signing_->sign(text) : hmac_sha256(secrets_.front(), text);
}

std::vector<std::string> KeyRing::signatures(const KeyName& name, std::string_view text) const {
  std::vector<std::string> all;
  if (name.alg == kHs256) {
    for (const std::string& secret : secrets_) all.push_back(hmac_sha256(secret, text));
  } else if (signing_ && is_named(*signing_, name)) {
    all.push_back(signing_->sign(text));
  }
  return all;
}

bool KeyRing::has(std::string_view alg) const noexcept {
  const auto of_it = [alg](const AsymmetricKey& key) { return key.algorithm() == alg; };
  return alg == kHs256 || (signing_ && of_it(*signing_)) ||
         std::any_of(verifying_.begin(), verifying_.end(), of_it);
}

const AsymmetricKey* KeyRing::find(const KeyName& name) const {
  if (signing_ && is_named(*signing_, name)) return &*signing_;
  const auto found =
      std::find_if(verifying_.begin(), verifying_.end(),
                   [&name](const AsymmetricKey& key) { return is_named(key, name); });
  return found == verifying_.end() ? nullptr : &*found;
}

bool KeyRing::verifies(const KeyName& name, std::string_view text,
                       std::string_view signature) const {
  if (name.alg == kHs256) {
    return std::any_of(secrets_.begin(), secrets_.end(), [&](const std::string& secret) {
      return equal_in_constant_time(signature, hmac_sha256(secret, text));
    });
  }
  const AsymmetricKey* key = find(name);
  return key != nullptr && key->verifies(text, signature);
}

Json KeyRing::jwks() const {
  Json keys = Json::array();
  if (signing_) keys.push(signing_->jwk());
  for (const AsymmetricKey& key : verifying_) keys.push(key.jwk());
  return Json::object().with("keys", std::move(keys));
}

}  // namespace scanlogin
