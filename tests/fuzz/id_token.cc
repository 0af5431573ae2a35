// An id_token: from a provider, or from whoever stands in between. The first byte says how the rest
// is read:
//   0  the token as it stands
//   1  its header, a line; then its payload: base64url is added here, and the signature of the
//      provider's key that the header's `alg` means

#include "domain/providers/id_token.h"

#include <string>
#include <utility>
#include <vector>

#include "base/base64url.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/jws.h"
#include "fuzz/fuzz.h"
#include "unit/signing_key.h"
#include "unit/test_keys.h"

namespace scanlogin::oidc {
namespace {

using fuzz::check;

constexpr jwt::Time kNow{std::chrono::seconds(1700000000)};

const AsymmetricKey& rsa() {
  static const AsymmetricKey key = test_keys::private_key(test_keys::kRsa);
  return key;
}
const AsymmetricKey& ed25519() {
  static const AsymmetricKey key = test_keys::private_key(test_keys::kEd25519);
  return key;
}
const SigningKey& p256() {
  static const SigningKey key = SigningKey::p256();
  return key;
}

const Jwks& keys() {
  static const Jwks all =
      parse_jwks(key_set({rsa().jwk().with("kid", "r").text(), p256().jwk().with("kid", "e").text(),
                          ed25519().jwk().with("kid", "d").text()}));
  return all;
}

Expected expected() {
  return {.issuer = "https://op.example.com",
          .algorithms = {"RS256", "ES256", "EdDSA"},
          .client_id = "client",
          .nonce = "the-nonce"};
}

bool is_good(std::string_view token, const Jwks& known, const Expected& wanted, jwt::Time now) {
  return std::holds_alternative<IdToken>(verify_id_token(token, known, wanted, now));
}
bool is_good(std::string_view token) { return is_good(token, keys(), expected(), kNow); }

// What is true of a token that is good, read once more from its text.
void check_good(std::string_view token, const IdToken& id_token) {
  const jws::Parts parts = jws::split(token, 16384).value();
  const Json& claims = parts.payload;
  check(is_subject(id_token.subject) && claims.string("sub") == id_token.subject, "sub is usable");
  check(utf8_valid(id_token.name) && utf8_valid(id_token.picture), "name and picture are UTF-8");
  check(claims.string("iss") == expected().issuer, "iss is the issuer");
  check(claims.string("nonce") == expected().nonce, "nonce is the login's");
  const std::vector<std::string> audiences =
      claims.strings("aud").value_or(std::vector{claims.string("aud").value_or("")});
  check(!audiences.empty(), "aud is there");
  for (const std::string& audience : audiences) check(audience == "client", "aud has no strangers");
  const double now = static_cast<double>(kNow.time_since_epoch().count());
  check(claims.number("exp").value() > now - 300, "exp has not passed");
  check(claims.number("iat").value() <= now + 300, "iat has come");
  check(claims.number("nbf").value_or(0) <= now + 300, "nbf has come");

  check(!is_good(token, Jwks(), expected(), kNow), "without keys nothing is good");
  Expected other = expected();
  other.nonce = "another-n";
  check(!is_good(token, keys(), other, kNow), "a token is good for one login");
  other = expected();
  other.client_id = "clients";
  check(!is_good(token, keys(), other, kNow), "a token is good for one client");
  other = expected();
  std::erase(other.algorithms, parts.header.string("alg").value());
  check(!is_good(token, keys(), other, kNow), "a token's algorithm is expected");
  check(!is_good(std::string(parts.signed_text) + "."), "a token is signed");
  check(
      !is_good(base64url_encode(R"({"alg":"none"})") + std::string(token.substr(token.find('.')))),
      "a signature is over the header too");
}

void verify(std::string_view token) {
  const auto verified = verify_id_token(token, keys(), expected(), kNow);
  if (const auto* id_token = std::get_if<IdToken>(&verified)) return check_good(token, *id_token);
  const std::string_view why = reason(std::get<IdTokenFault>(verified));
  check(!why.empty() && fuzz::is_plain(why), "a fault can be logged");
}

std::string signature(const std::string& alg, const std::string& text) {
  if (alg == "RS256") return rsa().sign(text);
  if (alg == "ES256") return p256().sign(text);
  if (alg == "EdDSA") return ed25519().sign(text);
  return hmac_sha256(rsa().jwk().text(), text);
}

void verify_signed(std::string_view header, std::string_view payload) {
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  const std::optional<Json> json = Json::parse(header);
  const std::string alg = json && json->is_object() ? json->string("alg").value_or("") : "";
  verify(text + "." + base64url_encode(signature(alg, text)));
  check(!is_good(text + "." + base64url_encode(hmac_sha256("client", text))),
        "what is no secret makes no good signature");
}

}  // namespace
}  // namespace scanlogin::oidc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scanlogin::fuzz::Input input(data, size);
  if (input.choice(2) == 0) {
    scanlogin::oidc::verify(input.rest());
  } else {
    const std::string_view header = input.line();
    scanlogin::oidc::verify_signed(header, input.rest());
  }
  return 0;
}
