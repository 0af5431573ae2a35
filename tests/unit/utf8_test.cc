#include "base/utf8.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace std::string_literals;

namespace scanlogin {
namespace {

struct Edge {
  const char* what;
  std::string bytes;
  std::size_t length;  // of the sequence it begins with; 0: none
};

// The edges of each row of RFC 3629 section 4.
std::vector<Edge> edges() {
  return {
      {"U+0000", "\0"s, 1},
      {"U+007F", "\x7f", 1},
      {"first continuation byte alone", "\x80", 0},
      {"last continuation byte alone", "\xbf", 0},
      {"overlong NUL", "\xc0\x80", 0},
      {"overlong slash", "\xc0\xaf", 0},
      {"overlong U+007F", "\xc1\xbf", 0},
      {"U+0080", "\xc2\x80", 2},
      {"U+07FF", "\xdf\xbf", 2},
      {"two bytes, second too low", "\xc2\x7f", 0},
      {"two bytes, second too high", "\xc2\xc0", 0},
      {"overlong U+07FF in three", "\xe0\x9f\xbf", 0},
      {"U+0800", "\xe0\xa0\x80", 3},
      {"U+0FFF", "\xe0\xbf\xbf", 3},
      {"U+1000", "\xe1\x80\x80", 3},
      {"U+CFFF", "\xec\xbf\xbf", 3},
      {"U+D000", "\xed\x80\x80", 3},
      {"U+D7FF", "\xed\x9f\xbf", 3},
      {"first surrogate U+D800", "\xed\xa0\x80", 0},
      {"last surrogate U+DFFF", "\xed\xbf\xbf", 0},
      {"U+E000", "\xee\x80\x80", 3},
      {"U+FEFF", "\xef\xbb\xbf", 3},
      {"U+FFFF", "\xef\xbf\xbf", 3},
      {"three bytes, third too low", "\xe1\x80\x7f", 0},
      {"three bytes, third too high", "\xe1\x80\xc0", 0},
      {"overlong U+FFFF in four", "\xf0\x8f\xbf\xbf", 0},
      {"U+10000", "\xf0\x90\x80\x80", 4},
      {"U+3FFFF", "\xf0\xbf\xbf\xbf", 4},
      {"U+40000", "\xf1\x80\x80\x80", 4},
      {"U+FFFFF", "\xf3\xbf\xbf\xbf", 4},
      {"U+10FFFF", "\xf4\x8f\xbf\xbf", 4},
      {"U+110000", "\xf4\x90\x80\x80", 0},
      {"U+140000", "\xf5\x80\x80\x80", 0},
      {"four bytes, third bad", "\xf1\x80\x41\x80", 0},
      {"four bytes, fourth bad", "\xf1\x80\x80\x41", 0},
      {"five bytes", "\xf8\x88\x80\x80\x80", 0},
      {"six bytes", "\xfc\x84\x80\x80\x80\x80", 0},
      {"FE", "\xfe", 0},
      {"FF", "\xff", 0},
      {"two bytes cut", "\xc2", 0},
      {"three bytes cut after one", "\xe4", 0},
      {"three bytes cut after two", "\xe4\xbd", 0},
      {"four bytes cut after one", "\xf0", 0},
      {"four bytes cut after two", "\xf0\x9f", 0},
      {"four bytes cut after three", "\xf0\x9f\x98", 0},
      {"nothing", "", 0},
  };
}

TEST(Utf8, SequenceHasTheLengthRfc3629GivesIt) {
  for (const Edge& edge : edges()) {
    EXPECT_EQ(utf8_sequence(edge.bytes), edge.length) << edge.what;
    if (edge.length > 0) {
      EXPECT_EQ(utf8_sequence(edge.bytes + "\xff"), edge.length) << edge.what << ", then FF";
    }
  }
}

TEST(Utf8, TextIsValidIfEverySequenceIs) {
  for (const Edge& edge : edges()) {
    const bool good = edge.length > 0 || edge.bytes.empty();
    EXPECT_EQ(utf8_valid(edge.bytes), good) << edge.what;
    EXPECT_EQ(utf8_valid("张" + edge.bytes + "三"), good) << edge.what << " between characters";
  }
}

std::string encode(std::uint32_t c) {
  const auto tail = [c](unsigned shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xc0 | (c >> 6)), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xe0 | (c >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | (c >> 18)), tail(12), tail(6), tail(0)};
}

TEST(Utf8, EveryCodePointIsValidAndEverySurrogateIsNot) {
  for (std::uint32_t c = 0; c <= 0x1fffff; ++c) {
    const std::string bytes = encode(c);
    const bool good = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    ASSERT_EQ(utf8_sequence(bytes), good ? bytes.size() : 0) << "U+" << std::hex << c;
  }
}

TEST(Utf8, ScrubReplacesEachStrayByteAndKeepsTheRest) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"plain", "plain"},
      {"张三😀", "张三😀"},
      {"a\0b"s, "a\0b"s},
      {"\xff", "\ufffd"},
      {"a\xffz", "a\ufffdz"},
      {"\xff\xfe", "\ufffd\ufffd"},
      {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
      {"\xc0\xaf", "\ufffd\ufffd"},
      {"a\xf0\x9f\x98", "a\ufffd\ufffd\ufffd"},
      {"\xe4\xbd张", "\ufffd\ufffd张"},
      {"\xc3(", "\ufffd("},
  };
  for (const auto& [given, expected] : cases) {
    EXPECT_EQ(utf8_scrub(given), expected);
    EXPECT_TRUE(utf8_valid(utf8_scrub(given))) << expected;
  }
}

TEST(Utf8, CutCountsCodePointsAndNeverSplitsOne) {
  const std::string text = "aé张😀z";
  const std::vector<std::string> cut = {"", "a", "aé", "aé张", "aé张😀", "aé张😀z", "aé张😀z"};
  for (std::size_t characters = 0; characters < cut.size(); ++characters) {
    EXPECT_EQ(utf8_cut(text, characters), cut[characters]) << characters << " characters";
  }
  EXPECT_EQ(utf8_cut("", 5), "");
}

TEST(Utf8, CutOfALongNicknameKeepsJoinedEmojiBytesWhole) {
  const std::string family = "👨‍👩‍👧";
  for (std::size_t characters = 0; characters <= 6; ++characters) {
    EXPECT_TRUE(utf8_valid(utf8_cut(family, characters))) << characters << " characters";
  }
  EXPECT_EQ(utf8_cut(family, 5), family);
}

}  // namespace
}  // namespace scanlogin
