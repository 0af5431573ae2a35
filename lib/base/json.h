#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct cJSON;

namespace scanlogin {

// A JSON value (RFC 8259) on cJSON: built member by member in the order it is to be shown, or
// parsed. Move-only.
//
//   Json::object().with("code", 200).with("data", Json::object().with("token", token)).text()
class Json {
 public:
  static Json object();
  static Json array();
  // A value by itself, to be an array's; what is said of with() holds.
  static Json string_value(std::string_view value);
  static Json boolean_value(bool value);
  static Json null_value();

  // Each takes the value and gives the object back. Text has to be UTF-8; bytes that are not are
  // replaced by U+FFFD and text is cut at a NUL, which cJSON can't hold.
  Json with(const char* key, std::string_view value) &&;
  Json with(const char* key, const char* value) &&;
  Json with(const char* key, std::int64_t value) &&;  // exact
  Json with(const char* key, int value) &&;
  Json with(const char* key, bool value) &&;
  Json with(const char* key, std::nullptr_t) &&;
  Json with(const char* key, Json value) &&;
  // The text; null where there is none.
  template <std::same_as<std::optional<std::string>> Text>
  Json with(const char* key, const Text& value) && {
    return value ? std::move(*this).with(key, *value) : std::move(*this).with(key, nullptr);
  }
  // Both append to an array.
  Json push(Json value) &&;
  void push(Json value) &;

  // The value on one line without white space, UTF-8 unescaped.
  std::string text() const;

  // The value, if text is exactly one JSON value with nothing but white space around it. Beyond
  // what cJSON checks, these are refused: invalid UTF-8, NUL in any spelling, raw control
  // characters within a string, and an object at the top with a key twice (parsers disagree on
  // which one counts). Nesting past cJSON's 1,000 is refused. A whole number is kept as exactly as
  // it was written, whatever its size.
  static std::optional<Json> parse(std::string_view text);

  bool is_object() const noexcept;
  bool has(const char* key) const noexcept;
  // The names of an object's members, in their order.
  std::vector<std::string> keys() const;
  // The member of that name (case-sensitive), if it is there and of that type.
  std::optional<std::string> string(const char* key) const;
  std::optional<bool> boolean(const char* key) const;
  std::optional<double> number(const char* key) const;  // may be infinite: 1e999 is JSON
  // A number without a fraction, exactly. Written with an exponent or a point, "1e3" or "5.0", it
  // is exact below 2^53 alone, and none beyond.
  std::optional<std::int64_t> integer(const char* key) const;
  // An array of texts and of nothing else.
  std::optional<std::vector<std::string>> strings(const char* key) const;
  // Copies of an array's objects. What is no object, or has a key twice, is left out.
  std::optional<std::vector<Json>> objects(const char* key) const;

  // A copy of the value at a JSON pointer (RFC 6901): "/data/name", or "" for the whole. Nothing if
  // there is none there, or if it is no pointer.
  std::optional<Json> at(std::string_view pointer) const;
  static bool is_pointer(std::string_view text) noexcept;
  // Copies of an object's members or an array's elements, in their order; none of any other value.
  std::vector<std::pair<std::string, Json>> members() const;
  std::vector<Json> elements() const;

  // This value itself, if it is of that type.
  bool is_array() const noexcept;
  bool is_null() const noexcept;
  std::optional<std::string> string() const;
  std::optional<bool> boolean() const;
  // A number without a fraction in decimal digits, as exact as integer(); its size has no limit.
  std::optional<std::string> whole_number() const;

 private:
  struct Free {
    void operator()(cJSON* value) const noexcept;
  };
  explicit Json(cJSON* value) : value_(value) {}
  static Json copy(const cJSON* value);
  bool has_key_twice() const;
  void add(const char* key, cJSON* value);

  std::unique_ptr<cJSON, Free> value_;
};

}  // namespace scanlogin
