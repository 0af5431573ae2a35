#include "directives.h"

#include <algorithm>
#include <charconv>

#include "base/base64url.h"

namespace scanlogin::sandbox {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_word_character);
}

Directives::Directives(std::string_view text) {
  while (!text.empty()) {
    const std::string_view directive = text.substr(0, text.find('.'));
    text.remove_prefix(std::min(directive.size() + 1, text.size()));
    const std::size_t equals = directive.find('=');
    const std::string name(directive.substr(0, equals));
    Value value;
    if (equals != std::string_view::npos) value = std::string(directive.substr(equals + 1));
    if (!left_.emplace(name, std::move(value)).second) fault(name + " is there twice");
  }
}

bool Directives::flag(const std::string& name) {
  const std::optional<Value> value = take(name);
  if (value && *value) fault(name + " takes no value");
  return value.has_value();
}

std::optional<int> Directives::number(const std::string& name, int least, int most) {
  const std::optional<std::string> value = take_value(name);
  if (!value) return std::nullopt;
  int number = 0;
  const char* end = value->data() + value->size();
  const auto [stopped, failure] = std::from_chars(value->data(), end, number);
  if (failure != std::errc() || stopped != end || number < least || number > most) {
    fault(name + " must be from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  return number;
}

std::optional<std::string> Directives::word(const std::string& name) {
  std::optional<std::string> value = take_value(name);
  if (value && !is_word(*value)) {
    fault(name + " must be letters, digits, - and _");
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> Directives::bytes(const std::string& name) {
  const std::optional<std::string> value = take_value(name);
  if (!value) return std::nullopt;
  std::optional<std::string> decoded = base64url_decode(*value);
  if (!decoded) fault(name + " must be base64url without padding");
  return decoded;
}

std::string Directives::problem() const {
  if (!problem_.empty() || left_.empty()) return problem_;
  return "there is no directive " + left_.begin()->first;
}

std::optional<Directives::Value> Directives::take(const std::string& name) {
  const auto found = left_.find(name);
  if (found == left_.end()) return std::nullopt;
  Value value = std::move(found->second);
  left_.erase(found);
  return value;
}

std::optional<std::string> Directives::take_value(const std::string& name) {
  std::optional<Value> value = take(name);
  if (!value) return std::nullopt;
  if (!*value) fault(name + " needs a value");
  return std::move(*value);
}

void Directives::fault(const std::string& problem) {
  if (problem_.empty()) problem_ = problem;
}

}  // namespace scanlogin::sandbox
