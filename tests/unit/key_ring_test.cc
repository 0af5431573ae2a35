#include "base/key_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/base64url.h"
#include "base/crypto.h"
#include "unit/jwt_outcome.h"
#include "unit/test_keys.h"

namespace scanlogin {
namespace {

using namespace test_keys;

const std::string kSecret = "a key of 32 bytes for these tests";
constexpr jwt::Time kNow{std::chrono::seconds(1700000000)};
const jwt::Claims kClaims{.id = 7, .username = "user_7", .exp = kNow + std::chrono::hours(1)};
constexpr std::string_view kGood = "7 user_7 until 1700003600";

std::string outcome(const std::string& token, const KeyRing& keys) {
  return jwt::outcome(token, keys, kNow);
}

KeyRing signing(const std::string& pem) { return KeyRing({kSecret}, private_key(pem)); }

// ---- the examples of the RFCs -------------------------------------------------------------------

TEST(KeyOfAnRfc, HasTheThumbprintThere) {
  EXPECT_EQ(public_key(kOtherRsaPublic).thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
      << "RFC 7638 section 3.1";
  EXPECT_EQ(public_key(kEd25519Public).thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
      << "RFC 8037 appendix A.3";
}

TEST(KeyOfAnRfc, HasOneThumbprintWhicheverHalfIsRead) {
  EXPECT_EQ(private_key(kEd25519).thumbprint(), public_key(kEd25519Public).thumbprint());
  EXPECT_EQ(private_key(kRsa).thumbprint(), public_key(kRsaPublic).thumbprint());
}

TEST(KeyOfAnRfc, SignsAsItDoesThere) {
  const std::string ed25519_text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
  EXPECT_EQ(base64url_encode(private_key(kEd25519).sign(ed25519_text)),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B"
            "hVsPt9g7sVvpAr_MuM0KAg")
      << "RFC 8037 appendix A.4";
  const std::string rsa_text =
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
      "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  EXPECT_EQ(base64url_encode(private_key(kRsa).sign(rsa_text)),
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF"
            "5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK"
            "5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqt"
            "FZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
            "p0igcN_IoypGlUPQGe77Rw")
      << "RFC 7515 appendix A.2";
}

TEST(KeyOfAnRfc, IsTheJwkThere) {
  EXPECT_EQ(private_key(kEd25519).jwk().text(),
            R"({"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",)"
            R"("kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","alg":"EdDSA","use":"sig"})");
  const Json rsa = public_key(kOtherRsaPublic).jwk();
  EXPECT_EQ(rsa.string("kty"), "RSA");
  EXPECT_EQ(rsa.string("e"), "AQAB");
  EXPECT_EQ(rsa.string("alg"), "RS256");
  EXPECT_EQ(rsa.string("use"), "sig");
  EXPECT_TRUE(rsa.string("n").value().starts_with("0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWh"));
  EXPECT_EQ(rsa.string("n").value().size(), 342U) << "256 bytes, none of them a zero in front";
}

// ---- the ring -----------------------------------------------------------------------------------

TEST(KeyRing, SignsWithItsFirstSecretOrWithItsSigningKey) {
  const auto header = [](const KeyRing& keys) {
    const std::string token = jwt::sign(kClaims, keys);
    EXPECT_EQ(outcome(token, keys), kGood);
    return base64url_decode(token.substr(0, token.find('.'))).value_or("");
  };
  EXPECT_EQ(header(KeyRing({kSecret})), R"({"typ":"jwt_","alg":"HS256"})");
  EXPECT_EQ(header(signing(kEd25519)),
            R"({"typ":"jwt_","alg":"EdDSA","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"})");
  EXPECT_EQ(header(signing(kRsa)),
            R"({"typ":"jwt_","alg":"RS256","kid":")" + public_key(kRsaPublic).thumbprint() + "\"}");
}

TEST(KeyRing, VerifiesWithEachOfItsKeysAndNoOther) {
  const std::string of_secret = jwt::sign(kClaims, KeyRing({kSecret}));
  const std::string of_ed25519 = jwt::sign(kClaims, signing(kEd25519));
  const std::string of_rsa = jwt::sign(kClaims, signing(kRsa));
  const KeyRing all({std::string(32, 'x'), kSecret}, private_key(kOtherEd25519),
                    public_keys(kRsaPublic, kOtherRsaPublic, kEd25519Public));
  for (const std::string& token : {of_secret, of_ed25519, of_rsa}) {
    EXPECT_EQ(outcome(token, all), kGood) << token;
  }
  const KeyRing others({std::string(32, 'x')}, private_key(kOtherEd25519),
                       public_keys(kOtherRsaPublic));
  for (const std::string& token : {of_secret, of_ed25519, of_rsa}) {
    EXPECT_EQ(outcome(token, others), "malformed") << token;
  }
  const KeyRing no_public_keys({kSecret});
  EXPECT_EQ(outcome(of_ed25519, no_public_keys), "invalid") << "no key has the algorithm";
  EXPECT_EQ(outcome(of_rsa, no_public_keys), "invalid");
}

TEST(KeyRing, HasTheAlgorithmsOfItsKeys) {
  EXPECT_TRUE(KeyRing({kSecret}).has("HS256"));
  EXPECT_FALSE(KeyRing({kSecret}).has("EdDSA"));
  EXPECT_FALSE(KeyRing({kSecret}).has("RS256"));
  EXPECT_TRUE(signing(kEd25519).has("EdDSA"));
  EXPECT_FALSE(signing(kEd25519).has("RS256"));
  EXPECT_TRUE(KeyRing({kSecret}, std::nullopt, public_keys(kRsaPublic)).has("RS256"));
  for (const char* none : {"", "none", "hs256", "HS384", "RS384", "PS256", "ES256", "Ed25519"}) {
    EXPECT_FALSE(signing(kRsa).has(none)) << none;
  }
}

TEST(KeyRing, ShowsItsPublicKeysTheSigningOneFirstAndNoSecret) {
  EXPECT_EQ(KeyRing({kSecret}).jwks().text(), R"({"keys":[]})");
  const KeyRing all({kSecret}, private_key(kEd25519), public_keys(kRsaPublic, kOtherEd25519Public));
  EXPECT_EQ(all.jwks().text(), R"({"keys":[)" + public_key(kEd25519Public).jwk().text() + "," +
                                   public_key(kRsaPublic).jwk().text() + "," +
                                   public_key(kOtherEd25519Public).jwk().text() + "]}");
}

TEST(KeyRing, MakesTheSameSignatureEachTime) {
  for (const std::string& pem : {kEd25519, kRsa}) {
    const KeyRing keys = signing(pem);
    const std::string token = jwt::sign(kClaims, keys);
    const std::string_view text = jwt::without_signature(token);
    EXPECT_EQ(jwt::with_signatures(text, keys), std::vector<std::string>{token});
  }
}

TEST(KeyRing, OneKeyServesManyThreads) {
  for (const std::string& pem : {kEd25519, kRsa}) {
    const KeyRing keys = signing(pem);
    const std::string token = jwt::sign(kClaims, keys);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 20; ++round) {
          ASSERT_EQ(outcome(token, keys), kGood);
          ASSERT_EQ(outcome(jwt::sign(kClaims, keys), keys), kGood);
        }
      });
    }
  }
}

}  // namespace
}  // namespace scanlogin
