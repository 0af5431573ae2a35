#include "base/evp_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include <array>
#include <optional>

#include "base/base64url.h"
#include "base/error.h"

namespace scanlogin::evp {
namespace {

constexpr std::size_t kKeyBytes = 32;  // of an Ed25519 key, and of each number on P-256
constexpr int kMostRsaBits = 8192;     // OpenSSL takes seconds over larger ones
constexpr std::size_t kLongestModulus = kMostRsaBits / 8 + 1;  // some write a zero in front
constexpr std::size_t kLongestExponent = 8;

using Bignum = Handle<BIGNUM, BN_free>;
using Context = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Builder = Handle<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Handle<OSSL_PARAM, OSSL_PARAM_free>;
using EcdsaSignature = Handle<ECDSA_SIG, ECDSA_SIG_free>;

Bignum number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &number) == 1, "EVP_PKEY_get_bn_param");
  return Bignum(number);
}

// Big-endian, in as many bytes, or in as few as hold it (RFC 7518 section 2, Base64urlUInt).
std::string encoded(const Bignum& number, std::optional<std::size_t> size = std::nullopt) {
  std::string bytes(size.value_or(static_cast<std::size_t>(BN_num_bytes(number.get()))), '\0');
  require(BN_bn2binpad(number.get(), as_bytes(bytes), static_cast<int>(bytes.size())) >= 0,
          "BN_bn2binpad");
  return base64url_encode(bytes);
}

Bignum decoded(std::string_view bytes) {
  Bignum number(BN_bin2bn(as_bytes(bytes), static_cast<int>(bytes.size()), nullptr));
  require(number != nullptr, "BN_bin2bn");
  return number;
}

std::string ed25519_bytes(const EVP_PKEY* key) {
  std::string bytes(kKeyBytes, '\0');
  std::size_t length = bytes.size();
  require(EVP_PKEY_get_raw_public_key(key, as_bytes(bytes), &length) == 1,
          "EVP_PKEY_get_raw_public_key");
  return bytes;
}

// The bytes of a member: `least` to `most` of them.
std::optional<std::string> bytes_of(const Json& jwk, const char* name, std::size_t least,
                                    std::size_t most) {
  const std::optional<std::string> text = jwk.string(name);
  if (!text) return std::nullopt;
  std::optional<std::string> bytes = base64url_decode(*text);
  if (!bytes || bytes->size() < least || bytes->size() > most) return std::nullopt;
  return bytes;
}

Key make(const char* type, OSSL_PARAM* params) {
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  require(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1,
          "EVP_PKEY_fromdata_init");
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) key = nullptr;
  ERR_clear_error();
  return Key(key);
}

Key rsa_key(const Json& jwk) {
  const auto n = bytes_of(jwk, "n", kFewestRsaBits / 8, kLongestModulus);
  const auto e = bytes_of(jwk, "e", 1, kLongestExponent);
  if (!n || !e) return nullptr;
  const Bignum modulus = decoded(*n);
  const Bignum exponent = decoded(*e);
  const int bits = BN_num_bits(modulus.get());
  if (bits < kFewestRsaBits || bits > kMostRsaBits) return nullptr;
  const Builder builder(OSSL_PARAM_BLD_new());
  require(builder != nullptr &&
              OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
              OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1,
          "OSSL_PARAM_BLD_push_BN");
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  require(params != nullptr, "OSSL_PARAM_BLD_to_param");
  return make("RSA", params.get());
}

Key p256_key(const Json& jwk) {
  const auto x = bytes_of(jwk, "x", kKeyBytes, kKeyBytes);
  const auto y = bytes_of(jwk, "y", kKeyBytes, kKeyBytes);
  if (jwk.string("crv") != "P-256" || !x || !y) return nullptr;
  std::string group = "prime256v1";
  std::string point = "\x04" + *x + *y;  // uncompressed (SEC 1 section 2.3.3)
  std::array params = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  return make("EC", params.data());
}

Key ed25519_key(const Json& jwk) {
  const auto x = bytes_of(jwk, "x", kKeyBytes, kKeyBytes);
  if (jwk.string("crv") != "Ed25519" || !x) return nullptr;
  return Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, as_bytes(*x), x->size()));
}

}  // namespace

void require(bool success, const char* what) {
  if (success) return;
  ERR_clear_error();
  throw Error(ErrorKind::internal, std::string(what) + " failed");
}

const unsigned char* as_bytes(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* as_bytes(std::string& text) noexcept {
  return reinterpret_cast<unsigned char*>(text.data());
}

bool is_rsa(const EVP_PKEY* key) noexcept { return EVP_PKEY_is_a(key, "RSA") == 1; }
bool is_ed25519(const EVP_PKEY* key) noexcept { return EVP_PKEY_is_a(key, "ED25519") == 1; }
bool is_ec(const EVP_PKEY* key) noexcept { return EVP_PKEY_is_a(key, "EC") == 1; }

bool has_sound_public_half(EVP_PKEY* key) {
  const Context context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  const bool sound = context != nullptr && EVP_PKEY_public_check(context.get()) == 1;
  ERR_clear_error();
  return sound;
}

Json required_members(const EVP_PKEY* key) {
  if (is_ed25519(key)) {
    return Json::object()
        .with("crv", "Ed25519")
        .with("kty", "OKP")
        .with("x", base64url_encode(ed25519_bytes(key)));
  }
  if (is_ec(key)) {
    return Json::object()
        .with("crv", "P-256")
        .with("kty", "EC")
        .with("x", encoded(number_of(key, OSSL_PKEY_PARAM_EC_PUB_X), kKeyBytes))
        .with("y", encoded(number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y), kKeyBytes));
  }
  return Json::object()
      .with("e", encoded(number_of(key, OSSL_PKEY_PARAM_RSA_E)))
      .with("kty", "RSA")
      .with("n", encoded(number_of(key, OSSL_PKEY_PARAM_RSA_N)));
}

Key from_members(const Json& jwk) {
  const std::string type = jwk.string("kty").value_or("");
  Key key;
  if (type == "RSA") key = rsa_key(jwk);
  if (type == "EC") key = p256_key(jwk);
  if (type == "OKP") key = ed25519_key(jwk);
  if (key != nullptr && !has_sound_public_half(key.get())) return nullptr;
  return key;
}

std::string der_of_ecdsa(std::string_view signature) {
  if (signature.size() != 2 * kKeyBytes) return "";
  const EcdsaSignature numbers(ECDSA_SIG_new());
  require(numbers != nullptr, "ECDSA_SIG_new");
  Bignum r = decoded(signature.substr(0, kKeyBytes));
  Bignum s = decoded(signature.substr(kKeyBytes));
  require(ECDSA_SIG_set0(numbers.get(), r.get(), s.get()) == 1, "ECDSA_SIG_set0");
  (void)r.release();  // `numbers` has them now
  (void)s.release();
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(numbers.get(), nullptr)), '\0');
  unsigned char* end = as_bytes(der);
  i2d_ECDSA_SIG(numbers.get(), &end);
  return der;
}

}  // namespace scanlogin::evp
