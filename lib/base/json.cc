#include "base/json.h"

#include <cJSON.h>

#include <algorithm>
#include <new>

#include "base/handle.h"
#include "base/text.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

// RFC 8259 section 6. cJSON leaves numbers to strtod, which takes 07, 1. and -.5 as well.
bool is_number(std::string_view text) {
  const auto skip_one_of = [&text](std::string_view characters) {
    const bool found = !text.empty() && characters.find(text[0]) != std::string_view::npos;
    if (found) text.remove_prefix(1);
    return found;
  };
  const auto skip_digits = [&text] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  skip_one_of("-");
  const bool zero = text.starts_with('0');
  const std::size_t whole = skip_digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (skip_one_of(".") && skip_digits() == 0) return false;
  if (skip_one_of("eE")) {
    skip_one_of("+-");
    if (skip_digits() == 0) return false;
  }
  return text.empty();
}

// Behind a backslash: cJSON takes \u without four hex digits for \u0000, and truncates at it.
bool is_safe_escape(std::string_view text) {
  if (!text.starts_with('u')) return true;
  const std::string_view digits = text.substr(1, 4);
  return digits.size() == 4 && digits != "0000" &&
         digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// cJSON truncates at a NUL, skips a byte order mark, takes every control character for white
// space, and passes raw ones within strings and bad UTF-8 through. The numbers are added to
// `numbers` in their order.
bool safe_for_cjson(std::string_view text, std::vector<std::string_view>& numbers) {
  if (text.starts_with("\xef\xbb\xbf") || !utf8_valid(text)) return false;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (static_cast<unsigned char>(c) < ' ' && (quoted || !space)) return false;
    if (c == '"') {
      quoted = !quoted;
    } else if (quoted && c == '\\') {
      if (!is_safe_escape(text.substr(std::min(++i, text.size())))) return false;
    } else if (!quoted && (c == '-' || (c >= '0' && c <= '9'))) {
      const std::size_t end = std::min(text.find_first_not_of("0123456789+-.eE", i), text.size());
      numbers.push_back(text.substr(i, end - i));
      if (!is_number(numbers.back())) return false;
      i = end - 1;
    }
  }
  return true;
}

// Whether a double may stand for another whole number than the one that is written.
bool outgrows_double(std::string_view number) {
  constexpr std::size_t kExactDigits = 15;
  return number.size() > kExactDigits && number.find_first_of(".eE") == std::string_view::npos;
}

// cJSON has no numbers but doubles. A whole number that one cannot hold stays the text that it is,
// as a raw value, which is printed as it is. `numbers`: those of the text, in their order.
void keep_exact(cJSON* item, const std::string_view*& numbers) {
  if (cJSON_IsNumber(item)) {
    const std::string_view number = *numbers++;
    if (!outgrows_double(number)) return;
    auto* text = static_cast<char*>(cJSON_malloc(number.size() + 1));
    if (text == nullptr) throw std::bad_alloc();
    text[number.copy(text, number.size())] = '\0';
    item->valuestring = text;
    item->type = cJSON_Raw;
  }
  for (cJSON* child = item->child; child != nullptr; child = child->next) {
    keep_exact(child, numbers);
  }
}

}  // namespace

void Json::Free::operator()(cJSON* value) const noexcept { cJSON_Delete(value); }

Json Json::object() { return Json(cJSON_CreateObject()); }
Json Json::array() { return Json(cJSON_CreateArray()); }
Json Json::string_value(std::string_view value) {
  return Json(cJSON_CreateString(utf8_scrub(value).c_str()));
}
Json Json::null_value() { return Json(cJSON_CreateNull()); }
Json Json::boolean_value(bool value) { return Json(cJSON_CreateBool(value ? 1 : 0)); }

void Json::add(const char* key, cJSON* value) {
  if (value == nullptr || !cJSON_AddItemToObject(value_.get(), key, value)) {
    cJSON_Delete(value);
    throw std::bad_alloc();
  }
}

Json Json::with(const char* key, std::string_view value) && {
  add(key, cJSON_CreateString(utf8_scrub(value).c_str()));
  return std::move(*this);
}
Json Json::with(const char* key, const char* value) && {
  return std::move(*this).with(key, std::string_view(value));
}
Json Json::with(const char* key, std::int64_t value) && {
  // cJSON prints a number near 2^53 with 15 digits.
  add(key, cJSON_CreateRaw(std::to_string(value).c_str()));
  return std::move(*this);
}
Json Json::with(const char* key, int value) && {
  return std::move(*this).with(key, std::int64_t{value});
}
Json Json::with(const char* key, bool value) && {
  add(key, cJSON_CreateBool(value ? 1 : 0));
  return std::move(*this);
}
Json Json::with(const char* key, std::nullptr_t) && {
  add(key, cJSON_CreateNull());
  return std::move(*this);
}
Json Json::with(const char* key, Json value) && {
  add(key, value.value_.release());
  return std::move(*this);
}
Json Json::push(Json value) && {
  push(std::move(value));
  return std::move(*this);
}

void Json::push(Json value) & {
  if (!cJSON_AddItemToArray(value_.get(), value.value_.get())) throw std::bad_alloc();
  (void)value.value_.release();
}

std::string Json::text() const {
  const Handle<char, cJSON_free> printed(cJSON_PrintUnformatted(value_.get()));
  if (!printed) throw std::bad_alloc();
  return printed.get();
}

std::optional<Json> Json::parse(std::string_view text) {
  std::vector<std::string_view> numbers;
  if (!safe_for_cjson(text, numbers)) return std::nullopt;
  const std::string terminated(text);
  Json json(cJSON_ParseWithLengthOpts(terminated.c_str(), terminated.size() + 1, nullptr, 1));
  if (!json.value_ || json.has_key_twice()) return std::nullopt;
  const std::string_view* next = numbers.data();
  keep_exact(json.value_.get(), next);
  return json;
}

}  // namespace scanlogin
