#include "base/jwt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64url.h"
#include "base/crypto.h"
#include "unit/jwt_outcome.h"

namespace scanlogin::jwt {
namespace {

const std::string kKey = "a key of 32 bytes for these tests";
const std::string kOtherKey = "another key of 32 bytes, as long!";
constexpr Time kNow{std::chrono::seconds(1700000000)};

Claims claims(std::int64_t id = 7, const std::string& username = "user_7") {
  return {.id = id, .username = username, .exp = kNow + std::chrono::hours(1)};
}

std::string sign(const Claims& what, const std::string& key) {
  return jwt::sign(what, KeyRing({key}));
}

std::string token_of(std::string_view header, std::string_view payload, std::string_view key) {
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  return text + "." + base64url_encode(hmac_sha256(key, text));
}

TEST(JwtOfRfc7515, HasTheSignatureOfAppendixA1) {
  const std::string key = *base64url_decode(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const std::string text =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
      "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const std::string signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  EXPECT_EQ(base64url_encode(hmac_sha256(key, text)), signature);

  const std::string token = text + "." + signature;
  EXPECT_EQ(outcome(token, {key}, kNow), "expired");
  const Time exp{std::chrono::seconds(1300819380)};
  EXPECT_EQ(outcome(token, {key}, exp), "expired");
  EXPECT_EQ(outcome(token, {key}, exp - std::chrono::seconds(1)), "invalid") << "it has no id";
  EXPECT_EQ(outcome(token, {kKey}, kNow), "malformed") << "another key";
}

TEST(JwtSign, MakesATokenThatVerifies) {
  EXPECT_EQ(outcome(sign(claims(), kKey), {kKey}, kNow), "7 user_7 until 1700003600");
}

TEST(JwtSign, KeepsEveryIdAndName) {
  for (const std::int64_t id : {1L, 2147483648L, 1234567890123457L, (1L << 53) - 1}) {
    EXPECT_EQ(outcome(sign(claims(id), kKey), {kKey}, kNow),
              std::to_string(id) + " user_7 until 1700003600");
  }
  for (const std::string username : {"", "张三😀", "a\"b\\c/\n"}) {
    EXPECT_EQ(outcome(sign(claims(7, username), kKey), {kKey}, kNow),
              "7 " + username + " until 1700003600");
  }
}

TEST(JwtSign, AddsTheSameSignatureAgain) {
  const std::string token = sign(claims(), kKey);
  const std::string_view rest = without_signature(token);
  EXPECT_EQ(std::count(rest.begin(), rest.end(), '.'), 1);
  EXPECT_TRUE(token.starts_with(rest));
  using Tokens = std::vector<std::string>;
  EXPECT_EQ(with_signatures(rest, KeyRing({kKey})), Tokens{token});
  const Tokens of_two = with_signatures(rest, KeyRing({kOtherKey, kKey}));
  ASSERT_EQ(of_two.size(), 2U);
  EXPECT_NE(of_two[0], token);
  EXPECT_EQ(of_two[1], token);
  EXPECT_EQ(with_signatures("", KeyRing({kKey})), Tokens());
  EXPECT_EQ(with_signatures("x.y", KeyRing({kKey})), Tokens());
}

TEST(JwtSign, WritesTheHeaderAndTheClaimsAsTheContractHasThem) {
  const std::string token = sign(claims(7, "张三"), kKey);
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  EXPECT_EQ(base64url_decode(token.substr(0, first)), R"({"typ":"jwt_","alg":"HS256"})");
  const std::string payload =
      base64url_decode(token.substr(first + 1, last - first - 1)).value_or("not base64url");
  const std::string claims_text = R"({"id":7,"username":"张三","exp":1700003600,"jti":")";
  EXPECT_EQ(payload.substr(0, claims_text.size()), claims_text);
  const std::string jti = payload.substr(std::min(claims_text.size(), payload.size()));
  EXPECT_EQ(jti.size(), 32 + 2U) << jti;
  EXPECT_EQ(jti.find_first_not_of("0123456789abcdef"), 32U) << jti;
  EXPECT_TRUE(jti.ends_with("\"}")) << jti;
  EXPECT_EQ(base64url_encode(hmac_sha256(kKey, token.substr(0, last))), token.substr(last + 1));
}

TEST(JwtSign, NeverMakesOneTokenTwice) {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(sign(claims(), kKey));
  EXPECT_EQ(tokens.size(), 100U);
}

TEST(JwtSign, ATokenOfTheDefault50000DaysIsGoodUntilItsLastSecond) {
  const Time exp = kNow + std::chrono::days(50000);
  const std::string token = sign({.id = 7, .username = "u", .exp = exp}, kKey);
  EXPECT_EQ(outcome(token, {kKey}, exp - std::chrono::seconds(1)), "7 u until 6020000000");
  EXPECT_EQ(outcome(token, {kKey}, exp), "expired");
}

TEST(JwtVerify, AnyOfTheKeysWillDo) {
  const std::string token = sign(claims(), kKey);
  const std::string good = "7 user_7 until 1700003600";
  EXPECT_EQ(outcome(token, {kKey, kOtherKey}, kNow), good);
  EXPECT_EQ(outcome(token, {kOtherKey, kKey}, kNow), good);
  EXPECT_EQ(outcome(token, {kOtherKey, kOtherKey, kKey}, kNow), good);
  EXPECT_EQ(outcome(token, {kOtherKey}, kNow), "malformed");
  EXPECT_EQ(outcome(token, KeyRing(), kNow), "malformed");
  EXPECT_EQ(outcome(token, {kKey.substr(0, 32)}, kNow), "malformed");
}

// What PyJWT makes of the Django module's call, in the key order of its older and its newer
// releases: no jti, and letters that are not ASCII as escapes.
TEST(JwtVerify, ATokenOfTheDjangoModuleIsGood) {
  const std::string key = "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz";
  const std::string payload =
      ".eyJpZCI6NDIsInVzZXJuYW1lIjoidXNlcl9cdTVmMjBcdTRlMDkiLCJleHAiOjYwMjAwMDAwMDB9.";
  const std::string typ_first = "eyJ0eXAiOiJqd3RfIiwiYWxnIjoiSFMyNTYifQ" + payload +
                                "fBDjxDr-W4ZtG15j8ap9ykq-tO3TDvbTc0CGaRwSSB4";
  const std::string alg_first = "eyJhbGciOiJIUzI1NiIsInR5cCI6Imp3dF8ifQ" + payload +
                                "8-EdAmQPBg-nEfk_6ztolZ3FmaghkCydu7GxP36LuDM";
  EXPECT_EQ(outcome(typ_first, {key}, kNow), "42 user_张三 until 6020000000");
  EXPECT_EQ(outcome(alg_first, {key}, kNow), "42 user_张三 until 6020000000");
}

TEST(JwtVerify, TakesWhatOtherWritersMayAddOrLeaveOut) {
  const std::string good = "7  until 1700003600";
  EXPECT_EQ(
      outcome(token_of(R"({"alg":"HS256"})", R"({"id":7,"exp":1700003600})", kKey), {kKey}, kNow),
      good)
      << "neither typ nor username";
  EXPECT_EQ(outcome(token_of(R"({"alg":"HS256","typ":"JWT","kid":"1"})",
                             R"({ "exp" : 1700003600 , "id" : 7 , "iat" : 1 })", kKey),
                    {kKey}, kNow),
            good)
      << "more members, white space, another order";
}

TEST(JwtVerify, ATokenCutShortAnywhereIsMalformed) {
  const std::string token = sign(claims(), kKey);
  for (std::size_t length = 0; length < token.size(); ++length) {
    ASSERT_EQ(outcome(token.substr(0, length), {kKey}, kNow), "malformed") << length << " bytes";
    ASSERT_EQ(outcome(token.substr(token.size() - length), {kKey}, kNow), "malformed")
        << "the last " << length << " bytes";
  }
}

TEST(JwtVerify, ATokenWithAnyCharacterChangedIsRefused) {
  const std::string token = sign(claims(), kKey);
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (const char c : std::string_view("Aa0_-.+=/ \n\xe4", 12)) {
      if (token[i] == c) continue;
      std::string forged = token;
      forged[i] = c;
      const std::string result = outcome(forged, {kKey}, kNow);
      ASSERT_TRUE(result == "malformed" || result == "invalid") << forged << " was " << result;
    }
  }
}

TEST(JwtVerify, ASignatureWithOneBitFlippedIsMalformed) {
  const std::string token = sign(claims(), kKey);
  const std::size_t last = token.rfind('.') + 1;
  const std::string signature = *base64url_decode(token.substr(last));
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string flipped = signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_EQ(outcome(token.substr(0, last) + base64url_encode(flipped), {kKey}, kNow), "malformed")
        << "bit " << bit;
  }
}

TEST(JwtVerify, ATokenOver8192BytesIsMalformedAndOneOf8192IsRead) {
  const auto token_of_size = [](std::size_t size) {
    for (std::size_t length = 5000;; ++length) {
      std::string token =
          token_of(R"({"alg":"HS256"})",
                   R"({"id":7,"exp":1700003600,"x":")" + std::string(length, 'x') + "\"}", kKey);
      if (token.size() >= size) return token;
    }
  };
  const std::string longest = token_of_size(8192);
  ASSERT_EQ(longest.size(), 8192U);
  EXPECT_EQ(outcome(longest, {kKey}, kNow), "7  until 1700003600");
  EXPECT_EQ(outcome(token_of_size(8193), {kKey}, kNow), "malformed");
}

}  // namespace
}  // namespace scanlogin::jwt
