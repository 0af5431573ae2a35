// JWK sets, as providers publish them and as they do not.
#include "domain/providers/jwks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "unit/signing_key.h"
#include "unit/test_keys.h"

namespace scanlogin::oidc {
namespace {

const SigningKey& rsa() {
  static const SigningKey key = SigningKey::rsa();
  return key;
}
const SigningKey& p256() {
  static const SigningKey key = SigningKey::p256();
  return key;
}
const SigningKey& ed25519() {
  static const SigningKey key = SigningKey::ed25519();
  return key;
}

// "KID ALG" each.
std::vector<std::string> keys_in(const std::string& body) {
  std::vector<std::string> all;
  for (const VerificationKey& key : parse_jwks(body)) {
    all.push_back(key.kid.value_or("-") + " " + std::string(key.key.algorithm()));
  }
  return all;
}

// How many keys a set of one has.
std::size_t usable(const std::string& jwk) { return parse_jwks(key_set({jwk})).size(); }
std::size_t usable(Json jwk) { return usable(jwk.text()); }

std::string error_of(const std::string& body) {
  try {
    parse_jwks(body);
    return "none";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::upstream);
    return error.what();
  }
}

TEST(Jwks, HasTheKeysOfEachKind) {
  const std::string body =
      key_set({rsa().jwk().with("kid", "1").with("use", "sig").with("alg", "RS256").text(),
               p256().jwk().with("kid", "2").with("alg", "ES256").text(),
               ed25519().jwk().with("kid", "3").with("alg", "EdDSA").text(), rsa().jwk().text()});
  EXPECT_EQ(keys_in(body), (std::vector<std::string>{"1 RS256", "2 ES256", "3 EdDSA", "- RS256"}));
}

TEST(Jwks, VerifiesWhatOpenSslSigned) {
  for (const SigningKey* key : {&rsa(), &p256(), &ed25519()}) {
    const Jwks parsed = parse_jwks(key_set({key->jwk().text()}));
    ASSERT_EQ(parsed.size(), 1U) << key->alg();
    // An EC signature has another length in DER each time.
    for (int i = 0; i < 50; ++i) {
      const std::string text = "text " + std::to_string(i);
      EXPECT_TRUE(parsed[0].key.verifies(text, key->sign(text))) << key->alg();
      EXPECT_FALSE(parsed[0].key.verifies(text + ".", key->sign(text))) << key->alg();
    }
  }
}

TEST(Jwks, NamesAKeyAsItWasPublished) {
  const AsymmetricKey again = AsymmetricKey::from_jwk(p256().jwk()).value();
  for (const char* member : {"kty", "crv", "x", "y"}) {
    EXPECT_EQ(again.jwk().string(member), p256().jwk().string(member)) << member;
  }
  // The example of RFC 7638 section 3.1.
  const AsymmetricKey example = test_keys::public_key(test_keys::kOtherRsaPublic);
  EXPECT_EQ(AsymmetricKey::from_jwk(example.jwk()).value().thumbprint(),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST(Jwks, LeavesOutWhatItCannotUseAndKeepsTheRest) {
  const std::string good = rsa().jwk().with("kid", "good").text();
  const std::vector<std::string> others = {
      R"({"kty":"oct","k":"c2VjcmV0"})",
      SigningKey::p384().jwk().text(),
      R"({"kty":"OKP","crv":"X25519","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"})",
      R"({"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"})",
      "{}",
      "null",
      "1",
      R"("key")",
      "[]",
      R"({"kty":1})",
  };
  for (const std::string& other : others) {
    EXPECT_EQ(keys_in(key_set({other, good, other})), std::vector<std::string>{"good RS256"})
        << other;
  }
}

TEST(Jwks, LeavesOutKeysForOtherUses) {
  EXPECT_EQ(usable(rsa().jwk().with("use", "enc")), 0U);
  EXPECT_EQ(usable(rsa().jwk().with("use", "SIG")), 0U);
  EXPECT_EQ(usable(rsa().jwk().with("use", 1)), 0U);
  EXPECT_EQ(usable(rsa().jwk().with("use", "sig")), 1U);
  const auto with_ops = [](Json ops) {
    return usable(rsa().jwk().with("key_ops", std::move(ops)));
  };
  EXPECT_EQ(with_ops(Json::array().push(Json::string_value("verify"))), 1U);
  EXPECT_EQ(
      with_ops(Json::array().push(Json::string_value("sign")).push(Json::string_value("verify"))),
      1U);
  EXPECT_EQ(with_ops(Json::array().push(Json::string_value("encrypt"))), 0U);
  EXPECT_EQ(with_ops(Json::array()), 0U);
  EXPECT_EQ(with_ops(Json::string_value("verify")), 0U);
}

TEST(Jwks, LeavesOutKeysOfOtherAlgorithms) {
  for (const char* alg : {"RS512", "PS256", "RSA-OAEP", "ES256", "EdDSA", "none", ""}) {
    EXPECT_EQ(usable(rsa().jwk().with("alg", alg)), 0U) << alg;
  }
  EXPECT_EQ(usable(p256().jwk().with("alg", "RS256")), 0U);
  EXPECT_EQ(usable(ed25519().jwk().with("alg", "ES256")), 0U);
  EXPECT_EQ(usable(rsa().jwk().with("alg", nullptr)), 0U);
}

TEST(Jwks, LeavesOutAKeyThatEverybodyCouldSignWith) {
  EXPECT_EQ(usable(ed25519().jwk().with("d", "AAAA")), 0U);
}

TEST(Jwks, LeavesOutKeysWithAnOddName) {
  EXPECT_EQ(usable(rsa().jwk().with("kid", 1)), 0U);
  EXPECT_EQ(usable(rsa().jwk().with("kid", std::string(257, 'a'))), 0U);
  EXPECT_EQ(usable(rsa().jwk().with("kid", std::string(256, 'a'))), 1U);
  EXPECT_EQ(usable(R"({"kid":"a","kid":"b",)" + rsa().jwk().text().substr(1)), 0U);
}

TEST(Jwks, LeavesOutRsaKeysThatAreTooShortOrTooLong) {
  EXPECT_EQ(usable(SigningKey::rsa(1024).jwk()), 0U);
  EXPECT_EQ(usable(SigningKey::rsa(2047).jwk()), 0U);
  const std::string huge = base64url_encode("\x01" + std::string(1024, '\xff'));  // 8,193 bits
  EXPECT_EQ(usable(Json::object().with("kty", "RSA").with("n", huge).with("e", "AQAB")), 0U);
}

TEST(Jwks, LeavesOutKeysWithBadNumbers) {
  const auto rsa_with = [](const std::string& n, const std::string& e) {
    return usable(Json::object().with("kty", "RSA").with("n", n).with("e", e));
  };
  const std::string n = rsa().jwk().string("n").value();
  EXPECT_EQ(rsa_with(n, "AQAB"), 1U);
  EXPECT_EQ(rsa_with(n, "AQ"), 0U) << "an exponent of one";
  EXPECT_EQ(rsa_with(n, "Ag"), 0U) << "an even exponent";
  EXPECT_EQ(rsa_with(n, "AA"), 0U) << "an exponent of zero";
  EXPECT_EQ(rsa_with(n, ""), 0U);
  EXPECT_EQ(rsa_with(n, "AQAB="), 0U) << "padded";
  EXPECT_EQ(rsa_with(n, "AQAAAAAAAAAB"), 0U) << "an exponent over 64 bits";
  EXPECT_EQ(rsa_with("", "AQAB"), 0U);
  EXPECT_EQ(rsa_with(n + "+", "AQAB"), 0U) << "the other base64";
  EXPECT_EQ(rsa_with(base64url_encode(std::string(256, '\xfe')), "AQAB"), 0U) << "even";
  EXPECT_EQ(usable(Json::object().with("kty", "RSA").with("n", n)), 0U) << "no exponent";
  EXPECT_EQ(usable(Json::object().with("kty", "RSA").with("n", n).with("e", 65537)), 0U);

  const std::string zero = base64url_encode(std::string(32, '\0'));
  const auto ec_with = [](const std::string& x, const std::string& y) {
    return usable(Json::object().with("kty", "EC").with("crv", "P-256").with("x", x).with("y", y));
  };
  const std::string x = p256().jwk().string("x").value();
  EXPECT_EQ(ec_with(x, p256().jwk().string("y").value()), 1U);
  EXPECT_EQ(ec_with(x, zero), 0U) << "off the curve";
  EXPECT_EQ(ec_with(zero, zero), 0U);
  EXPECT_EQ(ec_with(x, base64url_encode(std::string(31, '\1'))), 0U);
  EXPECT_EQ(ec_with(x, base64url_encode(std::string(33, '\1'))), 0U);
  EXPECT_EQ(ec_with(base64url_encode(std::string(32, '\xff')), zero), 0U) << "beyond the field";

  const auto okp_with = [](const std::string& point) {
    return usable(Json::object().with("kty", "OKP").with("crv", "Ed25519").with("x", point));
  };
  EXPECT_EQ(okp_with(base64url_encode(std::string(31, '\1'))), 0U);
  EXPECT_EQ(okp_with(""), 0U);
}

TEST(Jwks, MayHaveNoKeys) { EXPECT_EQ(keys_in(R"({"keys":[]})"), std::vector<std::string>{}); }

TEST(Jwks, OfAnotherFormIsRefused) {
  const std::string form = "the key set is not a JSON object with an array `keys`";
  for (const char* body : {"", "<html>", "[]", "null", "{}", R"({"keys":{}})", R"({"keys":null})",
                           R"({"keys":"a"})", R"({"keys":[],"keys":[]})", R"({"keys":[})"}) {
    EXPECT_EQ(error_of(body), form) << body;
  }
  EXPECT_EQ(error_of(key_set(std::vector<std::string>(65, "{}"))), "the key set has over 64 keys");
  EXPECT_EQ(error_of(key_set(std::vector<std::string>(64, "{}"))), "none");
  EXPECT_EQ(error_of(std::string(128 * 1024 + 1, ' ')), "the key set is over 128 KiB");
}

}  // namespace
}  // namespace scanlogin::oidc
