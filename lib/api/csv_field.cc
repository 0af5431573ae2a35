#include "api/csv_field.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace scanlogin {
namespace {

// Of well-formed UTF-8.
char32_t code_point(std::string_view sequence) {
  constexpr std::array<unsigned, 5> kFirstBits = {0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t value = static_cast<unsigned char>(sequence[0]) & kFirstBits.at(sequence.size());
  for (const char c : sequence.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 63);
  return value;
}

// = + - @, full-width, small, minus sign, superscript, subscript.
constexpr std::u32string_view kSigns =
    U"=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212\u207c\u207a\u207b\u208c\u208a"
    U"\u208b";
// Not the comma: where it separates, the quotes hold.
constexpr std::u32string_view kSeparators = U";|\t\r\n\uff1b\uff5c";
constexpr std::u32string_view kLeading = U"\t\r\n";  // of these a spreadsheet makes separators

struct Range {
  char32_t first;
  char32_t last;
};

// Quotes, control characters, spaces, and what has no width (Default_Ignorable_Code_Point).
constexpr std::array<Range, 25> kPassed = {
    {{0x00, ' '},       {'"', '"'},       {0x7f, 0xa0},       {0xad, 0xad},
     {0x34f, 0x34f},    {0x61c, 0x61c},   {0x115f, 0x1160},   {0x1680, 0x1680},
     {0x17b4, 0x17b5},  {0x180b, 0x180f}, {0x2000, 0x200f},   {0x202a, 0x202f},
     {0x205f, 0x206f},  {0x2800, 0x2800}, {0x3000, 0x3000},   {0x3164, 0x3164},
     {0xfe00, 0xfe0f},  {0xfeff, 0xfeff}, {0xff02, 0xff02},   {0xffa0, 0xffa0},
     {0xfff0, 0xfffb},  {0x201c, 0x201d}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
     {0xe0000, 0xe0fff}}};

bool is_passed(char32_t c) {
  return std::any_of(kPassed.begin(), kPassed.end(),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

bool is_one_of(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

}  // namespace

std::string csv_field(std::string_view text) {
  std::string field = "\"";
  bool begins = true;
  const std::string scrubbed = utf8_scrub(text);
  for (std::string_view left = scrubbed; !left.empty();) {
    const std::string_view character = left.substr(0, utf8_sequence(left));
    const char32_t c = code_point(character);
    const bool first = left.size() == scrubbed.size();
    if ((begins && is_one_of(kSigns, c)) || (first && is_one_of(kLeading, c))) field += '\'';
    if (c == '"') field += '"';
    field += character;
    begins = is_one_of(kSeparators, c) || (begins && is_passed(c));
    left.remove_prefix(character.size());
  }
  return field + '"';
}

}  // namespace scanlogin
