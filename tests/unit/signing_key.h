#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64url.h"
#include "base/handle.h"
#include "base/json.h"

namespace scanlogin {

// A provider's key pair, made on the spot by OpenSSL alone: what it publishes and what it signs
// owes nothing to the code under test.
class SigningKey {
 public:
  static SigningKey rsa(unsigned bits = 2048) { return SigningKey(EVP_RSA_gen(bits), "RS256"); }
  static SigningKey p256() { return SigningKey(EVP_EC_gen("P-256"), "ES256"); }
  static SigningKey p384() { return SigningKey(EVP_EC_gen("P-384"), "ES384"); }
  static SigningKey ed25519() {
    return SigningKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), "EdDSA");
  }

  const std::string& alg() const { return alg_; }

  // The members that make the public half (RFC 7518 section 6, RFC 8037 section 2).
  Json jwk() const {
    if (alg_ == "RS256") {
      return Json::object()
          .with("kty", "RSA")
          .with("n", base64url_encode(number(OSSL_PKEY_PARAM_RSA_N)))
          .with("e", base64url_encode(number(OSSL_PKEY_PARAM_RSA_E)));
    }
    if (alg_ == "EdDSA") {
      return Json::object()
          .with("kty", "OKP")
          .with("crv", "Ed25519")
          .with("x", base64url_encode(raw_public_key()));
    }
    return Json::object()
        .with("kty", "EC")
        .with("crv", alg_ == "ES256" ? "P-256" : "P-384")
        .with("x", base64url_encode(number(OSSL_PKEY_PARAM_EC_PUB_X, coordinate())))
        .with("y", base64url_encode(number(OSSL_PKEY_PARAM_EC_PUB_Y, coordinate())));
  }

  // As a JWS has it (RFC 7518 section 3): of an EC key r and s side by side.
  std::string sign(std::string_view text) const {
    const std::string signature = openssl_signature(text, RSA_PKCS1_PADDING);
    return alg_.starts_with("ES") ? side_by_side(signature) : signature;
  }
  // RSA's other padding: PS256.
  std::string sign_pss(std::string_view text) const {
    return openssl_signature(text, RSA_PKCS1_PSS_PADDING);
  }
  // As OpenSSL writes an EC key's: DER.
  std::string sign_der(std::string_view text) const {
    return openssl_signature(text, RSA_PKCS1_PADDING);
  }

  // A token in the compact form (RFC 7515 section 7.1).
  std::string token(std::string_view header, std::string_view payload) const {
    const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
    return text + "." + base64url_encode(sign(text));
  }

 private:
  using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
  using Context = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
  using Number = Handle<BIGNUM, BN_free>;
  using Ecdsa = Handle<ECDSA_SIG, ECDSA_SIG_free>;

  SigningKey(EVP_PKEY* key, std::string alg) : key_(key), alg_(std::move(alg)) {
    if (key_ == nullptr) throw std::runtime_error("OpenSSL makes no key");
  }

  static unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
  }
  static std::string padded(const BIGNUM* number, std::size_t size) {
    std::string out(size, '\0');
    BN_bn2binpad(number, bytes(out), static_cast<int>(size));
    return out;
  }

  std::size_t coordinate() const { return alg_ == "ES256" ? 32 : 48; }

  std::string number(const char* name, std::size_t size = 0) const {
    BIGNUM* found = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &found);
    const Number owned(found);
    return padded(found, size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(found)));
  }
  std::string raw_public_key() const {
    std::string out(32, '\0');
    std::size_t size = out.size();
    EVP_PKEY_get_raw_public_key(key_.get(), bytes(out), &size);
    return out;
  }

  std::string openssl_signature(std::string_view text, int padding) const {
    const Context context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* settings = nullptr;
    EVP_DigestSignInit(context.get(), &settings, alg_ == "EdDSA" ? nullptr : EVP_sha256(), nullptr,
                       key_.get());
    if (alg_ == "RS256") EVP_PKEY_CTX_set_rsa_padding(settings, padding);
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
    std::size_t size = signature.size();
    const auto* data = reinterpret_cast<const unsigned char*>(text.data());
    if (EVP_DigestSign(context.get(), bytes(signature), &size, data, text.size()) != 1) {
      throw std::runtime_error("OpenSSL does not sign");
    }
    signature.resize(size);
    return signature;
  }

  std::string side_by_side(const std::string& der) const {
    const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
    const Ecdsa parsed(d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size())));
    return padded(ECDSA_SIG_get0_r(parsed.get()), coordinate()) +
           padded(ECDSA_SIG_get0_s(parsed.get()), coordinate());
  }

  Key key_;
  std::string alg_;
};

// {"keys":[…]} of texts, one a key.
inline std::string key_set(const std::vector<std::string>& keys) {
  std::string all;
  for (const std::string& key : keys) all += (all.empty() ? "" : ",") + key;
  return "{\"keys\":[" + all + "]}";
}

}  // namespace scanlogin
