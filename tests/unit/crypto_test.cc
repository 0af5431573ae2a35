#include "base/crypto.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace std::string_literals;

namespace scanlogin {
namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) / 16];
    out += kDigits[static_cast<unsigned char>(c) % 16];
  }
  return out;
}

// Hex digits shown as 'x', the rest as it is.
std::string shape_of(std::string text) {
  for (char& c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) c = 'x';
  }
  return text;
}

std::string bytes_up_to(char last) {
  std::string out;
  for (char c = 1; c <= last; ++c) out += c;
  return out;
}

TEST(HmacSha256, GivesTheVectorsOfRfc4231) {
  struct Vector {
    int test_case;
    std::string key;
    std::string text;
    const char* mac;
  };
  const std::vector<Vector> vectors = {
      {1, std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {2, "Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {3, std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {4, bytes_up_to(25), std::string(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {6, std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {7, std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const Vector& vector : vectors) {
    EXPECT_EQ(hex(hmac_sha256(vector.key, vector.text)), vector.mac)
        << "RFC 4231 test case " << vector.test_case;
  }
}

// RFC 4231 test case 5 shows only the first 16 bytes.
TEST(HmacSha256, GivesTheTruncatedVectorOfRfc4231) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0c'), "Test With Truncation").substr(0, 16)),
            "a3b6167473100ee06e0c796c2955552b");
}

TEST(HmacSha256, KeyAndTextAreTakenByLengthNotUpToANul) {
  EXPECT_EQ(hmac_sha256("key", "text").size(), 32U);
  EXPECT_NE(hex(hmac_sha256("key", "text")), hex(hmac_sha256("key", "text\0more"s)));
  EXPECT_NE(hex(hmac_sha256("key\0a"s, "text")), hex(hmac_sha256("key\0b"s, "text")));
}

TEST(Sha256, GivesTheVectorsOfFips180) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(EqualInConstantTime, IsEquality) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("a\0b"s, "a\0b"s));
  EXPECT_FALSE(equal_in_constant_time("a\0b"s, "a\0c"s));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "xbc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("ab", "abc"));
  EXPECT_FALSE(equal_in_constant_time("", "a"));
}

TEST(RandomHex, HasTwoDigitsAByteAndNeverRepeats) {
  EXPECT_EQ(random_hex(0), "");
  EXPECT_EQ(random_hex(1).size(), 2U);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = random_hex(16);
    ASSERT_EQ(shape_of(text), std::string(32, 'x')) << text;
    ASSERT_TRUE(seen.insert(text).second) << text << " came twice";
  }
}

TEST(RandomText, HasTheLengthAndOnlyLettersOfTheAlphabet) {
  EXPECT_EQ(random_text(0, "ab"), "");
  EXPECT_EQ(random_text(5, "x"), "xxxxx");
  for (const std::size_t length : {1U, 40U, 1000U}) {
    const std::string text = random_text(length, "abcXYZ");
    EXPECT_EQ(text.size(), length);
    EXPECT_EQ(text.find_first_not_of("abcXYZ"), std::string::npos) << text;
  }
  EXPECT_NE(random_text(40, "abcXYZ"), random_text(40, "abcXYZ"));
}

TEST(Hex, IsTwoDigitsForEachByte) {
  EXPECT_EQ(hex(""), "");
  EXPECT_EQ(hex(std::string("\0\x0f\xa5\xff", 4)), "000fa5ff");
}

// printf %s TEXT | openssl dgst -sha256 -binary | base64
TEST(Sha256Base64, IsThePaddedDigest) {
  EXPECT_EQ(sha256_base64(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  EXPECT_EQ(sha256_base64("p{}"), "gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y=");
}

// 200 letters out of 256 byte values is where a plain remainder shows most: the first 56 letters
// would come twice as often as the others.
TEST(RandomText, EveryLetterIsEquallyLikely) {
  std::string alphabet;
  for (int i = 0; i < 200; ++i) alphabet += static_cast<char>(i);
  constexpr int kDraws = 200000;
  std::map<char, int> count;
  for (const char c : random_text(kDraws, alphabet)) ++count[c];
  int first = 0;
  for (int i = 0; i < 56; ++i) first += count[static_cast<char>(i)];
  EXPECT_EQ(count.size(), 200U);
  EXPECT_NEAR(first, kDraws * 0.28, 1500) << "draws of the first 56 letters";
}

TEST(RandomText, AnAlphabetOfAll256BytesIsUsedWhole) {
  std::string alphabet;
  for (int i = 0; i < 256; ++i) alphabet += static_cast<char>(i);
  const std::string text = random_text(20000, alphabet);
  EXPECT_EQ(std::set<char>(text.begin(), text.end()).size(), 256U);
}

TEST(RandomUuid, HasTheShapeOfVersion4AndNeverRepeats) {
  std::set<std::string> seen;
  std::set<char> variants;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = random_uuid();
    ASSERT_EQ(shape_of(uuid), "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") << uuid;
    ASSERT_EQ(uuid[14], '4') << "the version in " << uuid;
    ASSERT_TRUE(seen.insert(uuid).second) << uuid << " came twice";
    variants.insert(uuid[19]);
  }
  EXPECT_EQ(variants, (std::set<char>{'8', '9', 'a', 'b'}));
}

}  // namespace
}  // namespace scanlogin
