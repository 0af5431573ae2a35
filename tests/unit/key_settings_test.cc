#include "base/key_settings.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "unit/all_settings.h"
#include "unit/temporary_file.h"
#include "unit/test_keys.h"

using namespace std::string_literals;

namespace scanlogin {
namespace {

using namespace test_keys;

using Pkey = Handle<EVP_PKEY, EVP_PKEY_free>;
using Bio = Handle<BIO, BIO_free_all>;

const std::string kSecret(32, 'k');

// ---- keys that are made here --------------------------------------------------------------------

Pkey rsa(std::size_t bits) { return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits)); }
Pkey of_type(const char* type) { return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, type)); }
Pkey elliptic() { return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }
Pkey rsa_pss() {
  const Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
  EVP_PKEY* key = nullptr;
  EXPECT_EQ(EVP_PKEY_keygen_init(context.get()), 1);
  EXPECT_EQ(EVP_PKEY_generate(context.get(), &key), 1);
  return Pkey(key);
}

template <class Write>
std::string written(const Write& write) {
  const Bio file(BIO_new(BIO_s_mem()));
  EXPECT_EQ(write(file.get()), 1);
  char* text = nullptr;
  const long length = BIO_get_mem_data(file.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}
std::string pem(const Pkey& key) {
  return written([&](BIO* file) {
    return PEM_write_bio_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}
std::string public_pem(const Pkey& key) {
  return written([&](BIO* file) { return PEM_write_bio_PUBKEY(file, key.get()); });
}
// "RSA PRIVATE KEY", or "EC PRIVATE KEY".
std::string traditional_pem(const Pkey& key, const EVP_CIPHER* cipher = nullptr) {
  return written([&](BIO* file) {
    char password[] = "hunter2";
    return PEM_write_bio_PrivateKey_traditional(file, key.get(), cipher, nullptr, 0, nullptr,
                                                cipher == nullptr ? nullptr : password);
  });
}
std::string encrypted_pem(const Pkey& key) {
  return written([&](BIO* file) {
    char password[] = "hunter2";
    return PEM_write_bio_PKCS8PrivateKey(file, key.get(), EVP_aes_128_cbc(), password, 7, nullptr,
                                         nullptr);
  });
}

// ---- settings -----------------------------------------------------------------------------------

KeyRing keys_of(Variables variables) {
  variables.insert({"SECRET_KEY", kSecret});
  return std::move(read_config(environment(variables)).keys);
}

// The faults, each on a line.
std::string faults_of(Variables variables) {
  std::string all;
  for (const std::string& fault : faults_in([&] { keys_of(variables); })) all += fault + "\n";
  return all;
}

// The one fault of a file with this content, less the path of the file.
std::string fault_of(const std::string& setting, const std::string& content) {
  const TemporaryFile file(content);
  std::string fault = faults_of({{setting, file.path()}});
  const std::string tail = ": " + file.path() + "\n";
  EXPECT_TRUE(fault.ends_with(tail)) << fault;
  return fault.substr(0, fault.size() - std::min(tail.size(), fault.size()));
}

TEST(KeySettings, WithoutKeyFilesTheSecretSigns) {
  EXPECT_EQ(keys_of({}).signing_key().alg, "HS256");
  EXPECT_EQ(keys_of({}).jwks().text(), R"({"keys":[]})");
}

TEST(KeySettings, ASigningKeySignsAndTheSecretsStay) {
  for (const std::string& content : {kEd25519, kRsa}) {
    const TemporaryFile file(content);
    const KeyRing keys = keys_of({{"SIGNING_KEY_FILE", file.path()}});
    EXPECT_EQ(keys.signing_key().alg, private_key(content).algorithm());
    EXPECT_EQ(keys.signing_key().kid, private_key(content).thumbprint());
    EXPECT_EQ(keys.secrets(), std::vector<std::string>{kSecret});
  }
}

TEST(KeySettings, VerifyingKeysAreReadInTheirOrder) {
  const TemporaryFile one(kRsaPublic), two(kEd25519Public), three(kOtherRsaPublic);
  const KeyRing keys =
      keys_of({{"VERIFY_KEY_FILES", one.path() + "," + two.path() + ",," + three.path() + ","}});
  EXPECT_EQ(keys.jwks().text(), KeyRing({kSecret}, std::nullopt,
                                        public_keys(kRsaPublic, kEd25519Public, kOtherRsaPublic))
                                    .jwks()
                                    .text());
  EXPECT_EQ(keys.signing_key().alg, "HS256");
}

TEST(KeySettings, TheFormsThatOpensslWritesAreRead) {
  const Pkey key = rsa(2048);
  const std::string text_before = "Private-Key: (2048 bit, 2 primes)\nmodulus: …\n";
  for (const std::string& content :
       {pem(key), traditional_pem(key), text_before + pem(key), pem(key) + "\nbehind it\n"}) {
    const TemporaryFile file(content);
    EXPECT_EQ(faults_of({{"SIGNING_KEY_FILE", file.path()}}), "") << content;
  }
  std::string dos;
  for (const char c : public_pem(key)) dos += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const TemporaryFile file(dos);
  EXPECT_EQ(faults_of({{"VERIFY_KEY_FILES", file.path()}}), "") << "with the line ends of DOS";
}

TEST(KeySettings, AFileThatCannotBeReadIsAFault) {
  for (const std::string name : {"SIGNING_KEY_FILE", "VERIFY_KEY_FILES"}) {
    for (const std::string path : {"/nonexistent/key.pem", "/"}) {
      EXPECT_EQ(faults_of({{name, path}}),
                name + " names a file that cannot be read: " + path + "\n");
    }
    EXPECT_EQ(fault_of(name, std::string(70'000, 'x')), name + " names a file that cannot be read");
    EXPECT_EQ(faults_of({{name, "a\nb"}}), name + " holds a control character\n");
  }
}

TEST(KeySettings, WhatHoldsNoKeyIsAFault) {
  std::string damaged = kEd25519;
  damaged[40] = '!';
  std::string cut = kRsa.substr(0, 400) + "\n-----END PRIVATE KEY-----\n";
  const std::string none =
      "SIGNING_KEY_FILE names a file without a private key in PEM form (BEGIN PRIVATE KEY)";
  for (const std::string content :
       {"", "not a key", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    EXPECT_EQ(fault_of("SIGNING_KEY_FILE", content), none) << content;
  }
  for (
      const std::string& content :
      {damaged, cut, "-----BEGIN PRIVATE KEY"s,
       "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"s,
       "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n"s}) {
    EXPECT_EQ(fault_of("SIGNING_KEY_FILE", content),
              "SIGNING_KEY_FILE names a file with a key that cannot be decoded")
        << content;
  }
  EXPECT_EQ(fault_of("VERIFY_KEY_FILES", "x"),
            "VERIFY_KEY_FILES names a file without a public key in PEM form (BEGIN PUBLIC KEY)");
  EXPECT_EQ(fault_of("VERIFY_KEY_FILES",
                     "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n"),
            "VERIFY_KEY_FILES names a file without a public key in PEM form (BEGIN PUBLIC KEY)");
  EXPECT_EQ(
      fault_of("VERIFY_KEY_FILES", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
      "VERIFY_KEY_FILES names a file with a key that cannot be decoded");
}

TEST(KeySettings, TheWrongHalfIsAFault) {
  EXPECT_EQ(fault_of("SIGNING_KEY_FILE", kEd25519Public),
            "SIGNING_KEY_FILE names a file with a public key: only a private one can sign");
  for (const std::string& content :
       {kEd25519, kRsa, traditional_pem(rsa(2048)), encrypted_pem(of_type("ED25519"))}) {
    EXPECT_EQ(fault_of("VERIFY_KEY_FILES", content),
              "VERIFY_KEY_FILES names a file with a private key: give its public half "
              "(openssl pkey -pubout)");
  }
}

TEST(KeySettings, AnEncryptedKeyIsAFaultAndNobodyIsAskedForAPassphrase) {
  for (const std::string& content : {encrypted_pem(of_type("ED25519")), encrypted_pem(rsa(2048)),
                                     traditional_pem(rsa(2048), EVP_aes_128_cbc())}) {
    EXPECT_EQ(fault_of("SIGNING_KEY_FILE", content),
              "SIGNING_KEY_FILE names a file with an encrypted key: write it without a "
              "passphrase (openssl pkey)");
  }
}

TEST(KeySettings, AShortRsaKeyIsAFault) {
  for (const int bits : {512, 1024, 2047}) {
    const Pkey key = rsa(static_cast<std::size_t>(bits));
    const std::string fault =
        " names a file with an RSA key of " + std::to_string(bits) + " bits, fewer than 2048";
    EXPECT_EQ(fault_of("SIGNING_KEY_FILE", pem(key)), "SIGNING_KEY_FILE" + fault);
    EXPECT_EQ(fault_of("VERIFY_KEY_FILES", public_pem(key)), "VERIFY_KEY_FILES" + fault);
  }
}

TEST(KeySettings, AKeyOfAnotherTypeIsAFault) {
  const auto expect = [](const Pkey& key, const std::string& type) {
    const std::string fault =
        " names a file with a key of type " + type + ": it has to be Ed25519 or RSA";
    EXPECT_EQ(fault_of("SIGNING_KEY_FILE", pem(key)), "SIGNING_KEY_FILE" + fault);
    EXPECT_EQ(fault_of("VERIFY_KEY_FILES", public_pem(key)), "VERIFY_KEY_FILES" + fault);
  };
  expect(elliptic(), "EC");
  expect(of_type("ED448"), "ED448");
  expect(of_type("X25519"), "X25519");
  expect(rsa_pss(), "RSA-PSS");
}

TEST(KeySettings, AnRsaKeyWhoseNumbersAreNoneIsAFault) {
  std::string even = kRsaPublic;  // the exponent 65536 for 65537
  const std::size_t exponent = even.find("IDAQAB\n");
  ASSERT_NE(exponent, std::string::npos);
  even.replace(exponent, 6, "IDAQAA");
  EXPECT_EQ(fault_of("VERIFY_KEY_FILES", even), "VERIFY_KEY_FILES names a file with a damaged key");
}

TEST(KeySettings, TwoKeysInOneFileAreAFault) {
  for (const std::string& content : {kEd25519 + kEd25519Public, kRsa + kEd25519}) {
    EXPECT_EQ(fault_of("SIGNING_KEY_FILE", content),
              "SIGNING_KEY_FILE names a file with more than one PEM block");
  }
  EXPECT_EQ(fault_of("VERIFY_KEY_FILES", kRsaPublic + kEd25519Public),
            "VERIFY_KEY_FILES names a file with more than one PEM block");
}

TEST(KeySettings, AKeyThatIsThereTwiceIsAFault) {
  const TemporaryFile ed25519(kEd25519), ed25519_public(kEd25519Public), rsa_public(kRsaPublic),
      copy(kRsaPublic);
  EXPECT_EQ(
      faults_of({{"VERIFY_KEY_FILES", rsa_public.path() + "," + copy.path()}}),
      "VERIFY_KEY_FILES names a file with a key that is there already: " + copy.path() + "\n");
  EXPECT_EQ(faults_of({{"SIGNING_KEY_FILE", ed25519.path()},
                       {"VERIFY_KEY_FILES", ed25519_public.path()}}),
            "VERIFY_KEY_FILES names a file with a key that is there already: " +
                ed25519_public.path() + "\n");
}

TEST(KeySettings, EachFaultIsToldAndNoKeyIsPartOfOne) {
  const TemporaryFile signing(kRsaPublic), secret(kEd25519);
  const std::string faults = faults_of({{"SECRET_KEY", "short"},
                                        {"SECRET_KEY_FALLBACKS", "old"},
                                        {"SIGNING_KEY_FILE", signing.path()},
                                        {"VERIFY_KEY_FILES", secret.path() + ",/nowhere"}});
  EXPECT_EQ(std::count(faults.begin(), faults.end(), '\n'), 5) << faults;
  for (const std::string& key : {kRsaPublic.substr(60, 20), kEd25519.substr(40, 20)}) {
    EXPECT_EQ(faults.find(key), std::string::npos) << faults;
  }
}

TEST(KeySettings, TheSecretStaysRequired) {
  const TemporaryFile file(kEd25519);
  EXPECT_EQ(faults_of({{"SECRET_KEY", ""}, {"SIGNING_KEY_FILE", file.path()}}),
            "SECRET_KEY is not set: it signs the tokens, 32 random bytes or more\n");
}

}  // namespace
}  // namespace scanlogin
