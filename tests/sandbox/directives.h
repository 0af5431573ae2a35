#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace scanlogin::sandbox {

// Letters, digits, '-' and '_', at least one.
bool is_word(std::string_view text);

// NAME[=VALUE] separated by '.'. Takes one after another and keeps the first thing that is wrong.
class Directives {
 public:
  explicit Directives(std::string_view text);

  bool flag(const std::string& name);
  std::optional<int> number(const std::string& name, int least, int most);
  // A value that is_word.
  std::optional<std::string> word(const std::string& name);
  // Any bytes, written in base64url.
  std::optional<std::string> bytes(const std::string& name);

  // What was wrong, also a directive that nobody took; empty if nothing.
  std::string problem() const;

 private:
  // A directive's value, nothing if it was written without '='.
  using Value = std::optional<std::string>;
  std::optional<Value> take(const std::string& name);
  std::optional<std::string> take_value(const std::string& name);
  void fault(const std::string& problem);

  std::map<std::string, Value, std::less<>> left_;
  std::string problem_;
};

}  // namespace scanlogin::sandbox
