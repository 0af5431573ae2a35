#pragma once

#include <string_view>

namespace scanlogin::fuzz {

// Whether a text is of RFC 8259's grammar: written anew from the RFC, to be held against the
// library's parser. Bytes above ASCII count as characters; depth is not bounded.
class JsonGrammar {
 public:
  static bool matches(std::string_view text) {
    JsonGrammar grammar(text);
    return grammar.element() && grammar.rest_.empty();
  }

 private:
  explicit JsonGrammar(std::string_view text) : rest_(text) {}

  bool take(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }
  // Takes all that is there of these characters; whether there was any.
  bool take_all(std::string_view characters) {
    const std::size_t end = rest_.find_first_not_of(characters);
    const bool any = end != 0 && !rest_.empty();
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end);
    return any;
  }

  bool take_empty(std::string_view end) {
    take_all(kSpace);
    return take(end);
  }

  bool element() {
    take_all(kSpace);
    const bool good = value();
    take_all(kSpace);
    return good;
  }

  bool value() {
    if (take("{")) return take_empty("}") || (members() && take("}"));
    if (take("[")) return take_empty("]") || (elements() && take("]"));
    if (take("\"")) return string();
    return take("true") || take("false") || take("null") || number();
  }

  bool members() {
    do {
      take_all(kSpace);
      if (!take("\"") || !string()) return false;
      take_all(kSpace);
      if (!take(":") || !element()) return false;
    } while (take(","));
    return true;
  }

  bool elements() {
    do {
      if (!element()) return false;
    } while (take(","));
    return true;
  }

  // Behind the first quote.
  bool string() {
    while (!take("\"")) {
      if (rest_.empty() || static_cast<unsigned char>(rest_[0]) < ' ') return false;
      if (!take("\\")) {
        rest_.remove_prefix(1);
      } else if (!escape()) {
        return false;
      }
    }
    return true;
  }

  bool escape() {
    const bool unit = take("u");
    const std::string_view text = rest_.substr(0, unit ? 4 : 1);
    if (text.size() != (unit ? 4 : 1)) return false;
    rest_.remove_prefix(text.size());
    return text.find_first_not_of(unit ? kHexDigits : kEscapes) == std::string_view::npos;
  }

  bool number() {
    take("-");
    if (!take("0") && (rest_.starts_with('0') || !take_all(kDigits))) return false;
    if (take(".") && !take_all(kDigits)) return false;
    if (!take("e") && !take("E")) return true;
    if (!take("+")) take("-");
    return take_all(kDigits);
  }

  static constexpr std::string_view kSpace = " \t\n\r";
  static constexpr std::string_view kDigits = "0123456789";
  static constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
  static constexpr std::string_view kEscapes = "\"\\/bfnrt";

  std::string_view rest_;
};

}  // namespace scanlogin::fuzz
