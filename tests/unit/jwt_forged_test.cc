#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/base64url.h"
#include "base/crypto.h"
#include "unit/jwt_outcome.h"

using namespace std::string_literals;

namespace scanlogin::jwt {
namespace {

constexpr std::string_view kKey = "a key of 32 bytes for these tests";
constexpr std::string_view kHeader = R"({"typ":"jwt_","alg":"HS256"})";
constexpr std::string_view kPayload = R"({"id":7,"username":"u","exp":1700000060})";
constexpr Time kNow{std::chrono::seconds(1700000000)};

std::string unsigned_token(std::string_view header, std::string_view payload) {
  return base64url_encode(header) + "." + base64url_encode(payload);
}

std::string signed_text(const std::string& text, std::string_view key = kKey) {
  return text + "." + base64url_encode(hmac_sha256(key, text));
}

// A token as it should be, but for its header, or its payload, or members of either.
std::string header(std::string_view text) { return signed_text(unsigned_token(text, kPayload)); }
std::string payload(std::string_view text) { return signed_text(unsigned_token(kHeader, text)); }
std::string id(const std::string& value) {
  return payload("{\"id\":" + value + ",\"username\":\"u\",\"exp\":1700000060}");
}
std::string exp(const std::string& value) {
  return payload("{\"id\":7,\"username\":\"u\",\"exp\":" + value + "}");
}

const std::string kToken = payload(kPayload);
const std::string kText = unsigned_token(kHeader, kPayload);
const std::string kSignature = kToken.substr(kText.size() + 1);

std::string outcome(std::string_view token) {
  const std::string said = jwt::outcome(token, KeyRing({std::string(kKey)}), kNow);
  return said.find(' ') == std::string::npos ? said : "good";
}

struct Case {
  const char* what;
  std::string token;
};

void expect(const std::string& expected, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(outcome(c.token), expected) << c.what << ": " << c.token;
  }
}

TEST(ForgedToken, TheTokenTheOthersAreMadeFromIsGood) { EXPECT_EQ(outcome(kToken), "good"); }

TEST(ForgedToken, OfAnotherFormIsMalformed) {
  const std::string head = base64url_encode(kHeader);
  const std::string body = base64url_encode(kPayload);
  const std::vector<Case> cases = {
      {"empty", ""},
      {"one word", "token"},
      {"one dot", "."},
      {"two dots", ".."},
      {"three dots", "..."},
      {"no signature part", kText},
      {"empty signature", kText + "."},
      {"empty header", signed_text("." + body)},
      {"empty payload", signed_text(head + ".")},
      {"four parts", kToken + ".AAAA"},
      {"five parts, as an encrypted one has", kToken + ".AAAA.AAAA"},
      {"a dot before", "." + kToken},
      {"a dot behind", kToken + "."},
      {"two dots in the middle", signed_text(head + ".." + body)},
      {"sent twice", kToken + ", " + kToken},
      {"with its scheme", "Bearer " + kToken},
      {"quoted", "\"" + kToken + "\""},
      {"a space before", " " + kToken},
      {"a space behind", kToken + " "},
      {"a line end behind", kToken + "\r\n"},
      {"a tab inside", signed_text(head + ".\t" + body)},
      {"a NUL behind", kToken + "\0"s},
      {"a NUL before", "\0"s + kToken},
      {"an encoded dot", head + "%2E" + body + "." + kSignature},
  };
  expect("malformed", cases);
}

TEST(ForgedToken, InOtherBase64IsMalformed) {
  const std::string head = base64url_encode(kHeader);
  const std::string body = base64url_encode(kPayload);
  const auto with_last = [](std::string text, char c) {
    text.back() = c;
    return text;
  };
  const std::vector<Case> cases = {
      {"signature padded", kToken + "="},
      {"signature padded twice", kToken + "=="},
      {"header padded", signed_text(head + "=." + body)},
      {"payload padded", signed_text(head + "." + body + "=")},
      {"plus in the signature", kText + "." + with_last(kSignature, '+')},
      {"slash in the signature", kText + "." + with_last(kSignature, '/')},
      {"plus in the payload", signed_text(head + "." + with_last(body, '+'))},
      {"payload in clear", signed_text(head + "." + std::string(kPayload))},
      {"header in clear", signed_text(std::string(kHeader) + "." + body)},
      {"a letter above ASCII", signed_text(head + "é." + body)},
  };
  expect("malformed", cases);
}

// The last of the signature's 43 characters carries two bits that belong to no byte.
TEST(ForgedToken, WithStrayBitsInAGoodSignatureIsMalformed) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::size_t last = kLetters.find(kToken.back());
  for (const std::size_t stray : {1U, 2U, 3U}) {
    std::string token = kToken;
    token.back() = kLetters.at(last + stray);
    EXPECT_EQ(outcome(token), "malformed") << token;
  }
}

TEST(ForgedToken, WhoseSignatureDoesNotVerifyIsMalformed) {
  const std::string raw = hmac_sha256(kKey, kText);
  const auto signature = [](const std::string& bytes) {
    return kText + "." + base64url_encode(bytes);
  };
  const std::string clear = std::string(kHeader) + "." + std::string(kPayload);
  const std::vector<Case> cases = {
      {"another key", signed_text(kText, "another key of 32 bytes, as long!")},
      {"the empty key", signed_text(kText, "")},
      {"the key cut", signed_text(kText, kKey.substr(1))},
      {"another payload's",
       unsigned_token(kHeader, R"({"id":8,"exp":1700000060})") + "." + kSignature},
      {"another header's", unsigned_token(R"({"alg":"HS256"})", kPayload) + "." + kSignature},
      {"all zeros", signature(std::string(32, '\0'))},
      {"all but its last byte", signature(raw.substr(0, 31))},
      {"one byte more", signature(raw + "\0"s)},
      {"twice", signature(raw + raw)},
      {"its halves swapped", signature(raw.substr(16) + raw.substr(0, 16))},
      {"a hash without a key", signature(sha256_hex(kText))},
      {"over the payload alone", signature(hmac_sha256(kKey, base64url_encode(kPayload)))},
      {"over the text in clear", signature(hmac_sha256(kKey, clear))},
  };
  expect("malformed", cases);
}

TEST(ForgedToken, WhoseHeaderIsNoJsonObjectIsMalformed) {
  const std::vector<Case> cases = {
      {"an array", header(R"(["HS256"])")},
      {"a string", header(R"("HS256")")},
      {"a number", header("256")},
      {"null", header("null")},
      {"a space", header(" ")},
      {"not JSON", header("alg=HS256")},
      {"cut", header(R"({"alg":"HS256")")},
      {"single quotes", header("{'alg':'HS256'}")},
      {"a letter behind", header(R"({"alg":"HS256"}x)")},
      {"an object behind", header(R"({"alg":"HS256"}{})")},
      {"a NUL behind", header("{\"alg\":\"HS256\"}\0"s)},
      {"a NUL in the algorithm", header("{\"alg\":\"HS256\0\"}"s)},
      {"an escaped NUL in the algorithm", header(R"({"alg":"HS256\u0000"})")},
      {"an escaped NUL in the name", header(R"({"alg\u0000":"HS256"})")},
      {"an escape of no digits in the algorithm", header(R"({"alg":"HS256\uzzzz"})")},
      {"an escape of no digits in the name", header(R"({"alg\u000g":"HS256"})")},
      {"the algorithm twice", header(R"({"alg":"HS256","alg":"HS256"})")},
      {"two algorithms", header(R"({"alg":"none","alg":"HS256"})")},
      {"two algorithms, the other order", header(R"({"alg":"HS256","alg":"none"})")},
      {"the algorithm twice, once escaped", header(R"({"alg":"HS256","\u0061lg":"none"})")},
      {"a raw line feed in a string", header("{\"alg\":\"HS256\",\"typ\":\"\n\"}")},
      {"invalid UTF-8", header("{\"alg\":\"HS256\",\"typ\":\"\xff\"}")},
      {"a byte order mark", header("\xef\xbb\xbf{\"alg\":\"HS256\"}")},
      {"a control character before", header("\x01{\"alg\":\"HS256\"}")},
  };
  expect("malformed", cases);
}

TEST(ForgedToken, OfAnotherAlgorithmIsInvalid) {
  for (const char* value : {R"("none")",   R"("None")",    R"("NONE")",    R"("nOnE")",
                            R"("")",       R"("hs256")",   R"("Hs256")",   R"(" HS256")",
                            R"("HS256 ")", R"("HS256\n")", R"("HS2566")",  R"("HS25")",
                            R"("HS384")",  R"("HS512")",   R"("RS256")",   R"("ES256")",
                            R"("PS256")",  R"("EdDSA")",   "256",          "0",
                            "null",        "true",         R"(["HS256"])", R"({"alg":"HS256"})"}) {
    const std::string given = R"({"typ":"jwt_","alg":)" + std::string(value) + "}";
    EXPECT_EQ(outcome(header(given)), "invalid") << given;
  }
  for (const char* none_at_all :
       {"{}", R"({"typ":"jwt_"})", R"({"ALG":"HS256"})", R"({"typ":{"alg":"HS256"}})"}) {
    EXPECT_EQ(outcome(header(none_at_all)), "invalid") << none_at_all;
  }
  EXPECT_EQ(outcome(unsigned_token(R"({"alg":"none"})", kPayload) + "."), "invalid")
      << "none, without a signature";
}

TEST(ForgedToken, WhosePayloadIsNoJsonObjectIsMalformed) {
  const std::string deep = std::string(1001, '[') + std::string(1001, ']');
  const std::vector<Case> cases = {
      {"an array", payload(R"([{"id":7,"exp":1700000060}])")},
      {"a string", payload(R"("7")")},
      {"a number", payload("7")},
      {"null", payload("null")},
      {"not JSON", payload("id=7")},
      {"cut", payload(R"({"id":7,"exp":1700000060)")},
      {"a comma too many", payload(R"({"id":7,"exp":1700000060,})")},
      {"a letter behind", payload(R"({"id":7,"exp":1700000060}x)")},
      {"an object behind", payload(R"({"id":7,"exp":1700000060}{"id":8})")},
      {"a NUL behind", payload("{\"id\":7,\"exp\":1700000060}\0"s)},
      {"a NUL and more behind", payload("{\"id\":7,\"exp\":1700000060}\0{\"id\":8}"s)},
      {"the id twice", payload(R"({"id":7,"id":8,"exp":1700000060})")},
      {"exp twice", payload(R"({"id":7,"exp":1,"exp":1700000060})")},
      {"the id twice, once escaped", payload(R"({"id":7,"\u0069d":8,"exp":1700000060})")},
      {"an escaped NUL", payload(R"({"id":7,"username":"u\u0000","exp":1700000060})")},
      {"an escape of no digits", payload(R"({"id\uzzzz":7,"exp":1700000060})")},
      {"a raw NUL", payload("{\"id\":7,\"username\":\"u\0\",\"exp\":1700000060}"s)},
      {"a raw line feed", payload("{\"id\":7,\"username\":\"\n\",\"exp\":1700000060}")},
      {"invalid UTF-8", payload("{\"id\":7,\"username\":\"\xff\",\"exp\":1700000060}")},
      {"an overlong form", payload("{\"id\":7,\"username\":\"\xc0\xaf\",\"exp\":1700000060}")},
      {"nested too deep", payload("{\"id\":7,\"exp\":1700000060,\"x\":" + deep + "}")},
      {"an id with a leading zero", payload(R"({"id":07,"exp":1700000060})")},
  };
  expect("malformed", cases);
}

TEST(ForgedToken, WithoutANumberAsExpIsMalformed) {
  EXPECT_EQ(outcome(payload(R"({"id":7,"username":"u"})")), "malformed");
  EXPECT_EQ(outcome(payload(R"({"id":7,"EXP":1700000060})")), "malformed");
  for (const char* value : {"\"1700000060\"", "null", "true", "[1700000060]", "{}", "1e999",
                            "-1e999", "NaN", "Infinity"}) {
    EXPECT_EQ(outcome(exp(value)), "malformed") << "exp " << value;
  }
}

TEST(ForgedToken, WhoseTimeHasComeIsExpired) {
  for (const char* value : {"1700000000", "1699999999", "1699999999.5", "0", "-1", "-1e300"}) {
    EXPECT_EQ(outcome(exp(value)), "expired") << "exp " << value;
  }
  for (const char* value : {"1700000001", "1700000000.5", "1700000060000", "1e300"}) {
    EXPECT_EQ(outcome(exp(value)), "good") << "exp " << value;
  }
}

TEST(ForgedToken, WithoutAUsableIdIsInvalid) {
  EXPECT_EQ(outcome(payload(R"({"username":"u","exp":1700000060})")), "invalid");
  EXPECT_EQ(outcome(payload(R"({"ID":7,"exp":1700000060})")), "invalid");
  for (const char* value :
       {"0", "-0", "-7", "7.5", "7.0000001", "0.5", "9007199254740994.0", "9223372036854775808",
        "18446744073709551623", "1e300", "1e999", "-1e999", "\"7\"", "\"\"", "true", "false",
        "null", "[7]", R"({"id":7})"}) {
    EXPECT_EQ(outcome(id(value)), "invalid") << "id " << value;
  }
  for (const char* value : {"1", "9007199254740991", "9007199254740993", "9223372036854775807"}) {
    EXPECT_EQ(outcome(id(value)), "good") << "id " << value;
  }
}

// 2^53 + 1 is the first whole number that a double takes for another one.
TEST(ForgedToken, AnIdIsNeverReadAsAnotherUsers) {
  for (const std::int64_t user :
       {std::int64_t{9007199254740993}, std::int64_t{1724500000000000001}}) {
    const auto verified = verify(id(std::to_string(user)), KeyRing({std::string(kKey)}), kNow);
    ASSERT_TRUE(std::holds_alternative<jwt::Claims>(verified)) << user;
    EXPECT_EQ(std::get<jwt::Claims>(verified).id, user);
  }
  EXPECT_EQ(outcome(id("9007199254740993.0")), "invalid");
}

// Form, algorithm, signature, exp, claims: the first that fails is the answer.
TEST(ForgedToken, WithTwoFaultsIsAnsweredByTheFirstCheck) {
  const std::string none = R"({"alg":"none"})";
  const std::string past = R"({"id":7,"exp":1})";
  const std::string no_id = R"({"exp":1700000060})";
  const auto badly_signed = [](std::string_view head, std::string_view body) {
    return unsigned_token(head, body) + "." + kSignature;
  };
  const auto well_signed = [](std::string_view head, std::string_view body) {
    return signed_text(unsigned_token(head, body));
  };
  const std::vector<Case> malformed = {
      {"form before alg: payload", well_signed(none, "[]")},
      {"form before alg: signature", unsigned_token(none, kPayload) + ".A"},
      {"form before alg: four parts", well_signed(none, kPayload) + ".x"},
      {"form before exp", payload(R"({"id":7,"exp":1}x)")},
      {"signature before exp", badly_signed(kHeader, past)},
      {"signature before exp's type", badly_signed(kHeader, R"({"id":7})")},
      {"signature before id", badly_signed(kHeader, no_id)},
      {"exp's type before id", payload(R"({"id":0,"exp":"1"})")},
  };
  const std::vector<Case> invalid = {
      {"alg before signature", badly_signed(none, kPayload)},
      {"alg before exp", well_signed(none, past)},
      {"alg before signature and exp", badly_signed(none, past)},
      {"alg before exp's type", well_signed(none, R"({"id":7})")},
      {"no alg before signature", badly_signed("{}", kPayload)},
  };
  const std::vector<Case> expired = {
      {"exp before a missing id", payload(R"({"exp":1})")},
      {"exp before a bad id", payload(R"({"id":"7","exp":1})")},
  };
  expect("malformed", malformed);
  expect("invalid", invalid);
  expect("expired", expired);
}

}  // namespace
}  // namespace scanlogin::jwt
