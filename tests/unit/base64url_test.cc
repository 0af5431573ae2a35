#include "base/base64url.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::string_literals;

namespace scanlogin {
namespace {

TEST(Base64url, EncodesAndDecodesTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64url_encode(bytes), text);
    EXPECT_EQ(base64url_decode(text), bytes) << "decoding " << text;
  }
}

TEST(Base64url, EncodesAndDecodesTheExampleOfRfc7515AppendixC) {
  const std::string bytes = "\x03\xec\xff\xe0\xc1";
  EXPECT_EQ(base64url_encode(bytes), "A-z_4ME");
  EXPECT_EQ(base64url_decode("A-z_4ME"), bytes);
}

TEST(Base64url, RefusesWhatTheEncoderNeverWrites) {
  const std::vector<std::pair<std::string, std::string>> refused = {
      {"one padding character", "Zm8="},
      {"two padding characters", "Zg=="},
      {"padding where none is due", "Zm9v="},
      {"nothing but padding", "===="},
      {"padding inside", "Zg==Zg"},
      {"a space before", " Zm9v"},
      {"a space behind", "Zm9v "},
      {"a space inside", "Zm 9v"},
      {"a line feed inside", "Zm9v\nYmFy"},
      {"a line feed behind", "Zm9v\n"},
      {"a carriage return", "Zm9v\r\n"},
      {"a tab", "Zm9\tv"},
      {"plus of the other alphabet", "A+z_"},
      {"slash of the other alphabet", "A-z/"},
      {"a dot", "Zm.v"},
      {"a comma", "Zm,v"},
      {"length 1", "Z"},
      {"length 5", "Zm9vY"},
      {"length 9", "Zm9vYmFyA"},
      {"stray last bits of two characters", "Zh"},
      {"all stray bits of two characters set", "Z_"},
      {"stray last bits of three characters", "Zm9"},
      {"stray last bits after whole groups", "Zm9vYh"},
      {"a NUL inside", "Zm\0v"s},
      {"a NUL behind", "Zm9v\0"s},
      {"a NUL before", "\0Zm9v"s},
      {"a byte above ASCII", "Zm9\xff"},
      {"a letter above ASCII", "Zm\xc3\xa9"},
      {"a full-width letter", "\xef\xbc\xa1"},
  };
  for (const auto& [what, text] : refused) {
    EXPECT_EQ(base64url_decode(text), std::nullopt) << what;
  }
}

TEST(Base64url, AcceptsExactly64Characters) {
  int accepted = 0;
  for (int c = 0; c < 256; ++c) {
    if (base64url_decode("AAA"s + static_cast<char>(c))) ++accepted;
  }
  EXPECT_EQ(accepted, 64);
}

// A last group of two characters carries 4 stray bits, one of three carries 2: of the 64 last
// characters there are, 4 and 16 leave them zero.
TEST(Base64url, EveryStrayBitIsRefused) {
  const auto accepted_endings = [](const std::string& head) {
    int accepted = 0;
    for (int c = 0; c < 256; ++c) accepted += base64url_decode(head + static_cast<char>(c)) ? 1 : 0;
    return accepted;
  };
  EXPECT_EQ(accepted_endings("A"), 4);
  EXPECT_EQ(accepted_endings("AA"), 16);
  EXPECT_EQ(accepted_endings("AAAAA"), 4);
  EXPECT_EQ(accepted_endings("AAAAAA"), 16);
}

TEST(Base64url, EveryByteValueSurvivesARoundTrip) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    EXPECT_EQ(base64url_decode(base64url_encode(one)), one) << "byte " << byte;
    all += one;
  }
  EXPECT_EQ(base64url_decode(base64url_encode(all)), all);
}

TEST(Base64url, RandomBytesOfEveryLengthSurviveARoundTrip) {
  std::mt19937 random(20260131);
  for (std::size_t length = 0; length < 300; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(random() & 0xff);
    const std::string text = base64url_encode(bytes);
    ASSERT_EQ(text.size(), (length * 4 + 2) / 3) << "length " << length;
    ASSERT_EQ(base64url_decode(text), bytes) << "length " << length << ", " << text;
  }
}

TEST(Base64url, WhatDecodesIsWhatTheEncoderWrites) {
  std::mt19937 random(7515);
  constexpr std::string_view kLetters = "AZaz09-_Qgw";
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (auto length = random() % 12; length > 0; --length) {
      text += kLetters[random() % kLetters.size()];
    }
    const std::optional<std::string> bytes = base64url_decode(text);
    if (bytes) {
      ASSERT_EQ(base64url_encode(*bytes), text);
    }
  }
}

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\x03\xec\xff\xe0\xc1", "A+z/4ME="},
  };
  for (const auto& [bytes, text] : vectors) EXPECT_EQ(base64_encode(bytes), text);
}

}  // namespace
}  // namespace scanlogin
