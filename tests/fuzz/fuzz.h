#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"

// What a fuzz target defines: called by libFuzzer with inputs it makes, and by replay.cc with those
// of corpus/NAME. Each target's first lines tell how it reads an input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace scanlogin::fuzz {

// Aborts, which makes the input a find, unless the promise is kept. An assert() would be gone in a
// release build.
inline void check(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

// An input, taken off from its front.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  // One of `count` ways to go on, by a byte; '0' is the first, so that a corpus can be text.
  unsigned choice(unsigned count) {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_.front() - '0');
    rest_.remove_prefix(1);
    return byte % count;
  }

  // The text before the next line feed, or all of it; the line feed is taken too.
  std::string_view line() {
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
    return line;
  }

 private:
  std::string_view rest_;
};

inline bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

// UTF-8 without control characters.
inline bool is_plain(std::string_view text) { return utf8_valid(text) && !has_control(text); }

inline bool only_of(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

}  // namespace scanlogin::fuzz
