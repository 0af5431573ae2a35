#include "base/asymmetric_key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <vector>

#include "base/base64url.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/evp_key.h"

namespace scanlogin {
namespace {

using evp::as_bytes;
using evp::is_ed25519;
using evp::is_rsa;
using evp::kFewestRsaBits;
using evp::require;

using Bio = Handle<BIO, BIO_free_all>;
using DigestContext = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;

// Ed25519 hashes by itself.
const EVP_MD* digest_for(const EVP_PKEY* key) noexcept {
  return is_ed25519(key) ? nullptr : EVP_sha256();
}

// X of each line "-----BEGIN X-----".
std::vector<std::string_view> labels_in(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  std::vector<std::string_view> labels;
  for (std::size_t at = pem.find(kBegin); at != std::string_view::npos; at = pem.find(kBegin, at)) {
    at += kBegin.size();
    labels.push_back(pem.substr(at, pem.find("-----", at) - at));
  }
  return labels;
}

// What is wrong with a file's form; empty if it may hold such a key.
std::string fault_of_form(std::string_view pem, AsymmetricKey::Half half) {
  const std::vector<std::string_view> labels = labels_in(pem);
  if (labels.size() > 1) return "with more than one PEM block";
  const std::string_view label = labels.empty() ? "" : labels.front();
  const bool is_private = label.ends_with("PRIVATE KEY");
  if (half == AsymmetricKey::Half::public_key) {
    if (is_private) return "with a private key: give its public half (openssl pkey -pubout)";
    return label == "PUBLIC KEY" ? "" : "without a public key in PEM form (BEGIN PUBLIC KEY)";
  }
  if (label == "PUBLIC KEY") return "with a public key: only a private one can sign";
  if (label == "ENCRYPTED PRIVATE KEY" || pem.find("Proc-Type: 4,ENCRYPTED") != pem.npos) {
    return "with an encrypted key: write it without a passphrase (openssl pkey)";
  }
  return is_private ? "" : "without a private key in PEM form (BEGIN PRIVATE KEY)";
}

// Without it OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

EVP_PKEY* read_pem(const std::string& pem, AsymmetricKey::Half half) {
  const Bio file(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const auto read =
      half == AsymmetricKey::Half::private_key ? PEM_read_bio_PrivateKey : PEM_read_bio_PUBKEY;
  EVP_PKEY* key = read(file.get(), nullptr, no_passphrase, nullptr);
  ERR_clear_error();
  return key;
}

// What is wrong with a key that could be read; empty if it may be used.
std::string fault_of_kind(EVP_PKEY* key) {
  if (is_rsa(key)) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < kFewestRsaBits) {
      return "with an RSA key of " + std::to_string(bits) + " bits, fewer than " +
             std::to_string(kFewestRsaBits);
    }
  } else if (!is_ed25519(key)) {
    const char* type = EVP_PKEY_get0_type_name(key);
    return "with a key of type " + std::string(type == nullptr ? "unknown" : type) +
           ": it has to be Ed25519 or RSA";
  }
  return evp::has_sound_public_half(key) ? "" : "with a damaged key";
}

}  // namespace

std::variant<AsymmetricKey, std::string> AsymmetricKey::from_pem(const std::string& pem,
                                                                 Half half) {
  if (std::string fault = fault_of_form(pem, half); !fault.empty()) return fault;
  Pkey read(read_pem(pem, half));
  if (read == nullptr) return "with a key that cannot be decoded";
  if (std::string fault = fault_of_kind(read.get()); !fault.empty()) return fault;
  AsymmetricKey key(std::move(read));
  constexpr std::string_view kProbe = "probe";
  if (half == Half::private_key && !key.verifies(kProbe, key.sign(kProbe))) {
    return "with a key whose halves do not belong together";
  }
  return key;
}

std::optional<AsymmetricKey> AsymmetricKey::from_jwk(const Json& jwk) {
  Pkey key = evp::from_members(jwk);
  if (key == nullptr) return std::nullopt;
  return AsymmetricKey(std::move(key));
}

AsymmetricKey::AsymmetricKey(Pkey key)
    : key_(std::move(key)),
      thumbprint_(base64url_encode(sha256(evp::required_members(key_.get()).text()))) {}

std::string_view AsymmetricKey::algorithm() const noexcept {
  if (evp::is_ec(key_.get())) return "ES256";
  return is_ed25519(key_.get()) ? "EdDSA" : "RS256";
}

Json AsymmetricKey::jwk() const {
  return evp::required_members(key_.get())
      .with("kid", thumbprint_)
      .with("alg", algorithm())
      .with("use", "sig");
}

std::string AsymmetricKey::sign(std::string_view text) const {
  const DigestContext context(EVP_MD_CTX_new());
  require(context != nullptr && EVP_DigestSignInit(context.get(), nullptr, digest_for(key_.get()),
                                                   nullptr, key_.get()) == 1,
          "EVP_DigestSignInit");
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t length = signature.size();
  require(
      EVP_DigestSign(context.get(), as_bytes(signature), &length, as_bytes(text), text.size()) == 1,
      "EVP_DigestSign");
  signature.resize(length);
  return signature;
}

// RSA's padding is that of PKCS #1 v1.5 unless asked otherwise: RS256's.
bool AsymmetricKey::verifies(std::string_view text, std::string_view signature) const {
  std::string der;
  if (evp::is_ec(key_.get())) {
    der = evp::der_of_ecdsa(signature);
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  require(context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, digest_for(key_.get()),
                                                     nullptr, key_.get()) == 1,
          "EVP_DigestVerifyInit");
  const bool good = EVP_DigestVerify(context.get(), as_bytes(signature), signature.size(),
                                     as_bytes(text), text.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace scanlogin
