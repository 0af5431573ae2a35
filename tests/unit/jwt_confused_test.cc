#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/base64url.h"
#include "base/crypto.h"
#include "unit/jwt_outcome.h"
#include "unit/test_keys.h"

using namespace std::string_literals;

// One key or algorithm taken for another: HS256, EdDSA and RS256 at once in one ring.
namespace scanlogin::jwt {
namespace {

using namespace test_keys;

const std::string kSecret = "a key of 32 bytes for these tests";
constexpr Time kNow{std::chrono::seconds(1700000000)};
constexpr std::string_view kPayload = R"({"id":7,"username":"u","exp":1700000060})";

// Ed25519 signs, RSA has been rotated out.
const KeyRing& ring() {
  static const KeyRing keys({kSecret}, private_key(kEd25519), public_keys(kRsaPublic));
  return keys;
}
const std::string kEdKid = public_key(kEd25519Public).thumbprint();
const std::string kRsaKid = public_key(kRsaPublic).thumbprint();

std::string text_of(const std::string& header) {
  return base64url_encode(header) + "." + base64url_encode(kPayload);
}
std::string header_of(const std::string& alg, const std::string& kid) {
  return R"({"alg":")" + alg + R"(","kid":")" + kid + "\"}";
}
std::string with(const std::string& header, const std::string& signature) {
  return text_of(header) + "." + base64url_encode(signature);
}
std::string hmac(const std::string& header, std::string_view key) {
  return with(header, hmac_sha256(key, text_of(header)));
}
std::string by(const std::string& pem, const std::string& header) {
  return with(header, private_key(pem).sign(text_of(header)));
}

std::string outcome(const std::string& token) {
  const std::string said = jwt::outcome(token, ring(), kNow);
  return said.find(' ') == std::string::npos ? said : "good";
}

struct Case {
  std::string what;
  std::string token;
};
void expect(const std::string& expected, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(outcome(c.token), expected) << c.what << ": " << c.token;
  }
}

const std::string kEdHeader = header_of("EdDSA", kEdKid);
const std::string kRsHeader = header_of("RS256", kRsaKid);

TEST(ConfusedToken, TheTokensTheOthersAreMadeFromAreGood) {
  expect("good", {{"EdDSA", by(kEd25519, kEdHeader)},
                  {"RS256", by(kRsa, kRsHeader)},
                  {"HS256", hmac(R"({"alg":"HS256"})", kSecret)}});
}

// Everything that is public about a key, and its lengths: what a careless verifier may have taken
// for the secret.
TEST(ConfusedToken, APublicKeyIsNoSecret) {
  for (const auto& [pem, kid] : {std::pair(kEd25519Public, kEdKid), {kRsaPublic, kRsaKid}}) {
    const Json jwk = public_key(pem).jwk();
    const std::string body = pem.substr(27, pem.find("-----END") - 27);
    std::vector<std::string> known = {
        pem,        pem.substr(0, pem.size() - 1), body, kid,  base64url_decode(kid).value(),
        jwk.text(), ring().jwks().text(),          "",   "\0"s};
    for (const char* member : {"x", "n", "e", "alg", "kty"}) {
      const std::string value = jwk.string(member).value_or("");
      known.push_back(value);
      known.push_back(base64url_decode(value).value_or(""));
    }
    std::string one_line;
    for (const char c : body) one_line += c == '\n' ? "" : std::string(1, c);
    known.push_back(one_line);
    for (const std::string& key : known) {
      for (const std::string& header : {R"({"alg":"HS256"})"s, header_of("HS256", kid),
                                        header_of("EdDSA", kid), header_of("RS256", kid)}) {
        EXPECT_EQ(outcome(hmac(header, key)), "malformed") << header << " with " << key;
      }
    }
  }
}

TEST(ConfusedToken, AnotherAlgorithmWithTheSignatureKeptIsMalformed) {
  const std::string ed = private_key(kEd25519).sign(text_of(kEdHeader));
  const std::string rs = private_key(kRsa).sign(text_of(kRsHeader));
  const std::string hs = hmac_sha256(kSecret, text_of(R"({"alg":"HS256"})"));
  expect("malformed", {
                          {"EdDSA as RS256", with(header_of("RS256", kEdKid), ed)},
                          {"EdDSA as HS256", with(header_of("HS256", kEdKid), ed)},
                          {"RS256 as EdDSA", with(header_of("EdDSA", kRsaKid), rs)},
                          {"RS256 as HS256", with(header_of("HS256", kRsaKid), rs)},
                          {"HS256 as EdDSA", with(kEdHeader, hs)},
                          {"HS256 as RS256", with(kRsHeader, hs)},
                      });
}

TEST(ConfusedToken, SignedForTheHeaderThatItHasByAKeyOfAnotherKindIsMalformed) {
  expect("malformed",
         {
             {"RS256 by Ed25519", by(kEd25519, kRsHeader)},
             {"RS256 by Ed25519 of its own name", by(kEd25519, header_of("RS256", kEdKid))},
             {"EdDSA by RSA", by(kRsa, kEdHeader)},
             {"EdDSA by RSA of its own name", by(kRsa, header_of("EdDSA", kRsaKid))},
             {"HS256 by Ed25519", by(kEd25519, R"({"alg":"HS256"})")},
             {"HS256 by RSA", by(kRsa, R"({"alg":"HS256"})")},
             {"EdDSA by the secret", hmac(kEdHeader, kSecret)},
             {"RS256 by the secret", hmac(kRsHeader, kSecret)},
         });
}

TEST(ConfusedToken, WhoseKidNamesNoKeyOfItsAlgorithmIsMalformed) {
  for (const std::string& kid :
       {""s, kRsaKid, kEdKid + "=", kEdKid.substr(1), " " + kEdKid, kEdKid + "\\u0020", "0"s,
        "../../../../dev/null"s, "/dev/null"s, "file:///dev/null"s, "http://127.0.0.1/keys"s,
        "' OR '1'='1"s, "$(id)"s, "HS256"s, private_key(kOtherEd25519).thumbprint()}) {
    EXPECT_EQ(outcome(by(kEd25519, header_of("EdDSA", kid))), "malformed") << kid;
    EXPECT_EQ(outcome(by(kOtherEd25519, header_of("EdDSA", kid))), "malformed") << kid;
  }
  for (const char* kid : {"null", "0", "true", "[]", "{}"}) {
    const std::string header = R"({"alg":"EdDSA","kid":)" + std::string(kid) + "}";
    EXPECT_EQ(outcome(by(kEd25519, header)), "malformed") << header;
  }
  const std::string in_a_list = R"({"alg":"EdDSA","kid":[")" + kEdKid + "\"]}";
  const std::string twice = R"({"alg":"EdDSA","kid":")" + kEdKid + R"(","kid":")" + kEdKid + "\"}";
  const std::string escaped = R"({"alg":"EdDSA","kid":"x","\u006bid":")" + kEdKid + "\"}";
  expect("malformed", {
                          {"no kid", by(kEd25519, R"({"alg":"EdDSA"})")},
                          {"no kid, RS256", by(kRsa, R"({"alg":"RS256"})")},
                          {"KID", by(kEd25519, R"({"alg":"EdDSA","KID":")" + kEdKid + "\"}")},
                          {"in a list", by(kEd25519, in_a_list)},
                          {"twice", by(kEd25519, twice)},
                          {"twice, once escaped", by(kEd25519, escaped)},
                      });
}

TEST(ConfusedToken, AKeyThatComesWithTheTokenIsNone) {
  const Json theirs = private_key(kOtherEd25519).jwk();
  const std::string kid = private_key(kOtherEd25519).thumbprint();
  for (const std::string& extra :
       {"\"jwk\":" + theirs.text(), R"("jku":"http://127.0.0.1/jwks.json")"s,
        R"("x5u":"http://127.0.0.1/x")"s, R"("x5c":["MIIB"])"s, R"("x5t":"AAAA")"s}) {
    for (const std::string& name : {kEdKid, kid}) {
      const std::string header = R"({"alg":"EdDSA","kid":")" + name + "\"," + extra + "}";
      EXPECT_EQ(outcome(by(kOtherEd25519, header)), "malformed") << header;
    }
    EXPECT_EQ(outcome(by(kOtherEd25519, R"({"alg":"EdDSA",)" + extra + "}")), "malformed");
  }
}

TEST(ConfusedToken, WithCritIsInvalidWhoeverSignedIt) {
  for (const std::string crit :
       {R"(["exp"])", R"(["b64"])", "[]", "null", R"("kid")", R"(["kid","alg"])"}) {
    const std::string ed =
        R"({"alg":"EdDSA","kid":")" + kEdKid + R"(","b64":false,"crit":)" + crit + "}";
    EXPECT_EQ(outcome(by(kEd25519, ed)), "invalid") << ed;
    EXPECT_EQ(outcome(hmac(R"({"alg":"HS256","crit":)" + crit + "}", kSecret)), "invalid") << crit;
  }
}

TEST(ConfusedToken, OfAnAlgorithmThatNoKeyHasIsInvalid) {
  for (const char* alg :
       {"none",   "None",  "NONE",   "nOnE",  "",      "eddsa", "EDDSA", "Ed25519",
        "EdDSA ", "rs256", "RS256 ", "RS384", "RS512", "PS256", "PS384", "PS512",
        "ES256",  "HS384", "HS512",  "hs256", "Ed448", "RSA1_5"}) {
    EXPECT_EQ(outcome(by(kEd25519, header_of(alg, kEdKid))), "invalid") << alg;
    EXPECT_EQ(outcome(by(kRsa, header_of(alg, kRsaKid))), "invalid") << alg;
    EXPECT_EQ(outcome(hmac(header_of(alg, kEdKid), kSecret)), "invalid") << alg;
    EXPECT_EQ(outcome(text_of(header_of(alg, kEdKid)) + "."), "invalid") << alg;
  }
}

// ---- signatures that are none -------------------------------------------------------------------

TEST(ConfusedToken, WithoutAWholeSignatureIsMalformed) {
  for (const auto& [pem, header] : {std::pair(kEd25519, kEdHeader), {kRsa, kRsHeader}}) {
    const std::string raw = private_key(pem).sign(text_of(header));
    expect("malformed", {{"none", text_of(header) + "."},
                         {"a byte short", with(header, raw.substr(0, raw.size() - 1))},
                         {"a byte short in front", with(header, raw.substr(1))},
                         {"half", with(header, raw.substr(0, raw.size() / 2))},
                         {"a byte more", with(header, raw + '\0')},
                         {"a byte more in front", with(header, '\0' + raw)},
                         {"twice", with(header, raw + raw)},
                         {"zeros", with(header, std::string(raw.size(), '\0'))},
                         {"ones", with(header, std::string(raw.size(), '\xff'))},
                         {"0 and 1", with(header, std::string(raw.size() - 1, '\0') + '\1')},
                         {"its halves swapped", with(header, raw.substr(raw.size() / 2) +
                                                                 raw.substr(0, raw.size() / 2))}});
    for (std::size_t bit = 0; bit < raw.size() * 8; bit += 7) {
      std::string flipped = raw;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_EQ(outcome(with(header, flipped)), "malformed") << header << " bit " << bit;
    }
  }
}

// A signature is R and S. S plus the group's order L solves the same equation: RFC 8032 section
// 5.1.7 has it refused.
TEST(ConfusedToken, AnEd25519SignatureHasOneSpelling) {
  const std::string order = *base64url_decode("7dP1XBpjEljWnPei3vneFAAAAAAAAAAAAAAAAAAAABA");
  ASSERT_EQ(order.size(), 32U);
  std::string signature = private_key(kEd25519).sign(text_of(kEdHeader));
  for (int times = 1; times < 8; ++times) {
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
      carry += static_cast<unsigned char>(signature[32 + i]) + static_cast<unsigned char>(order[i]);
      signature[32 + i] = static_cast<char>(carry & 0xff);
      carry >>= 8;
    }
    EXPECT_EQ(outcome(with(kEdHeader, signature)), "malformed") << "S + " << times << " L";
  }
}

// Of a key whose owner signs with another padding or hash: what PS256, RS384 and RS512 would have.
std::string rsa_signature(const std::string& text, int padding, const EVP_MD* hash) {
  const Handle<BIO, BIO_free_all> file(BIO_new_mem_buf(kRsa.data(), -1));
  const Handle<EVP_PKEY, EVP_PKEY_free> key(
      PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  const Handle<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* of_key = nullptr;
  EXPECT_EQ(EVP_DigestSignInit(context.get(), &of_key, hash, nullptr, key.get()), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(of_key, padding), 1);
  std::string signature(256, '\0');
  std::size_t length = signature.size();
  EXPECT_EQ(
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()),
      1);
  return signature;
}

TEST(ConfusedToken, Rs256HasOnePaddingAndOneHash) {
  const std::string text = text_of(kRsHeader);
  EXPECT_EQ(outcome(with(kRsHeader, rsa_signature(text, RSA_PKCS1_PADDING, EVP_sha256()))), "good");
  for (const EVP_MD* hash : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
    EXPECT_EQ(outcome(with(kRsHeader, rsa_signature(text, RSA_PKCS1_PSS_PADDING, hash))),
              "malformed")
        << "PSS, " << EVP_MD_get0_name(hash);
    if (hash == EVP_sha256()) continue;
    EXPECT_EQ(outcome(with(kRsHeader, rsa_signature(text, RSA_PKCS1_PADDING, hash))), "malformed")
        << EVP_MD_get0_name(hash);
  }
}

// ---- keys that are gone -------------------------------------------------------------------------

TEST(ConfusedToken, OfAKeyThatIsNoLongerThereIsRefused) {
  const std::string ed = by(kEd25519, kEdHeader), rs = by(kRsa, kRsHeader);
  const KeyRing without_rsa({kSecret}, private_key(kEd25519));
  const KeyRing without_ed({kSecret}, std::nullopt, public_keys(kRsaPublic));
  const KeyRing another({kSecret}, private_key(kOtherEd25519), public_keys(kOtherRsaPublic));
  EXPECT_EQ(jwt::outcome(rs, without_rsa, kNow), "invalid");
  EXPECT_EQ(jwt::outcome(ed, without_ed, kNow), "invalid");
  EXPECT_EQ(jwt::outcome(rs, another, kNow), "malformed");
  EXPECT_EQ(jwt::outcome(ed, another, kNow), "malformed");
}

}  // namespace
}  // namespace scanlogin::jwt
