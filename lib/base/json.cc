#include "base/json.h"

#include <cJSON.h>

#include <cmath>
#include <new>
#include <set>

#include "base/handle.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

constexpr double kExact = 9007199254740992.0;  // 2^53

// cJSON accepts and then truncates what has a NUL in it, and passes raw control characters and
// bad UTF-8 through. `\\u0000` is an escaped backslash before plain text, so escapes are walked.
bool safe_for_cjson(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\0' || (quoted && c < ' ')) return false;
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\') {
      if (text.substr(i).starts_with("\\u0000")) return false;
      ++i;
    }
  }
  return utf8_valid(text);
}

bool has_key_twice(const cJSON* object) {
  if (!cJSON_IsObject(object)) return false;
  std::set<std::string_view> keys;
  for (const cJSON* member = object->child; member != nullptr; member = member->next) {
    if (!keys.insert(member->string).second) return true;
  }
  return false;
}

cJSON* member(const cJSON* object, const char* key) {
  return cJSON_GetObjectItemCaseSensitive(object, key);
}

}  // namespace

void Json::Free::operator()(cJSON* value) const noexcept { cJSON_Delete(value); }

Json Json::object() { return Json(cJSON_CreateObject()); }
Json Json::array() { return Json(cJSON_CreateArray()); }

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
  add(key, cJSON_CreateNumber(static_cast<double>(value)));
  return std::move(*this);
}
Json Json::with(const char* key, int value) && {
  return std::move(*this).with(key, std::int64_t{value});
}
Json Json::with(const char* key, Json value) && {
  add(key, value.value_.release());
  return std::move(*this);
}
Json Json::push(Json value) && {
  cJSON_AddItemToArray(value_.get(), value.value_.release());
  return std::move(*this);
}

std::string Json::text() const {
  const Handle<char, cJSON_free> printed(cJSON_PrintUnformatted(value_.get()));
  if (!printed) throw std::bad_alloc();
  return printed.get();
}

std::optional<Json> Json::parse(std::string_view text) {
  if (!safe_for_cjson(text)) return std::nullopt;
  const std::string terminated(text);
  Json json(cJSON_ParseWithLengthOpts(terminated.c_str(), terminated.size() + 1, nullptr, 1));
  if (!json.value_ || has_key_twice(json.value_.get())) return std::nullopt;
  return json;
}

bool Json::is_object() const noexcept { return cJSON_IsObject(value_.get()) != 0; }

bool Json::has(const char* key) const noexcept { return member(value_.get(), key) != nullptr; }

std::optional<std::string> Json::string(const char* key) const {
  const cJSON* found = member(value_.get(), key);
  if (!cJSON_IsString(found)) return std::nullopt;
  return std::string(found->valuestring);
}

std::optional<double> Json::number(const char* key) const {
  const cJSON* found = member(value_.get(), key);
  if (!cJSON_IsNumber(found)) return std::nullopt;
  return found->valuedouble;
}

std::optional<std::int64_t> Json::integer(const char* key) const {
  const std::optional<double> value = number(key);
  if (!value || std::trunc(*value) != *value || std::abs(*value) > kExact) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

}  // namespace scanlogin
