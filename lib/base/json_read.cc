// What is read out of a Json; json.cc builds and parses it.

#include <cJSON.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>
#include <set>

#include "base/json.h"
#include "base/text.h"

namespace scanlogin {
namespace {

// 2^53 - 1 (RFC 8259 section 6): 2^53 could stand for 2^53 + 1 as well.
constexpr double kLargestExact = 9007199254740991.0;

const cJSON* member(const cJSON* object, std::string_view key) {
  if (!cJSON_IsObject(object)) return nullptr;
  const cJSON* found = object->child;
  while (found != nullptr && found->string != key) found = found->next;
  return found;
}

std::optional<std::string> string_in(const cJSON* value) {
  if (!cJSON_IsString(value)) return std::nullopt;
  return std::string(value->valuestring);
}

std::optional<bool> boolean_in(const cJSON* value) {
  if (!cJSON_IsBool(value)) return std::nullopt;
  return cJSON_IsTrue(value) != 0;
}

// Parsing keeps a number as a raw value where a double does not hold it.
std::optional<std::string> whole_number_in(const cJSON* value) {
  if (cJSON_IsRaw(value)) return std::string(value->valuestring);
  if (!cJSON_IsNumber(value)) return std::nullopt;
  const double number = value->valuedouble;
  if (std::trunc(number) != number || std::abs(number) > kLargestExact) return std::nullopt;
  return std::to_string(static_cast<std::int64_t>(number));
}

// One step of a pointer, with ~1 for '/' and ~0 for '~'.
std::string unescaped(std::string_view token) {
  std::string key;
  for (std::size_t i = 0; i < token.size(); ++i) {
    key += token[i] != '~' ? token[i] : token[++i] == '1' ? '/' : '~';
  }
  return key;
}

const cJSON* element(const cJSON* array, const std::string& token) {
  const bool other_spelling = token.size() > 1 && token.starts_with('0');
  if (other_spelling || token.find_first_not_of("0123456789") != std::string::npos) return nullptr;
  const std::optional<std::int64_t> index = whole_number(token);
  if (!index || *index >= cJSON_GetArraySize(array)) return nullptr;
  return cJSON_GetArrayItem(array, static_cast<int>(*index));
}

}  // namespace

bool Json::is_object() const noexcept { return cJSON_IsObject(value_.get()) != 0; }
bool Json::is_array() const noexcept { return cJSON_IsArray(value_.get()) != 0; }
bool Json::is_null() const noexcept { return cJSON_IsNull(value_.get()) != 0; }

std::optional<std::string> Json::string() const { return string_in(value_.get()); }
std::optional<bool> Json::boolean() const { return boolean_in(value_.get()); }
std::optional<std::string> Json::whole_number() const { return whole_number_in(value_.get()); }

bool Json::has(const char* key) const noexcept { return member(value_.get(), key) != nullptr; }

std::optional<bool> Json::boolean(const char* key) const {
  return boolean_in(member(value_.get(), key));
}

std::optional<std::string> Json::string(const char* key) const {
  return string_in(member(value_.get(), key));
}

std::optional<double> Json::number(const char* key) const {
  const cJSON* found = member(value_.get(), key);
  if (cJSON_IsRaw(found)) return std::strtod(found->valuestring, nullptr);
  if (!cJSON_IsNumber(found)) return std::nullopt;
  return found->valuedouble;
}

std::optional<std::int64_t> Json::integer(const char* key) const {
  const std::optional<std::string> digits = whole_number_in(member(value_.get(), key));
  return digits ? scanlogin::whole_number(*digits) : std::nullopt;
}

std::vector<std::string> Json::keys() const {
  std::vector<std::string> all;
  if (!is_object()) return all;
  for (const cJSON* found = value_->child; found != nullptr; found = found->next) {
    all.emplace_back(found->string);
  }
  return all;
}

std::optional<std::vector<std::string>> Json::strings(const char* key) const {
  const cJSON* found = member(value_.get(), key);
  if (!cJSON_IsArray(found)) return std::nullopt;
  std::vector<std::string> all;
  for (const cJSON* item = found->child; item != nullptr; item = item->next) {
    if (!cJSON_IsString(item)) return std::nullopt;
    all.emplace_back(item->valuestring);
  }
  return all;
}

std::optional<std::vector<Json>> Json::objects(const char* key) const {
  const cJSON* found = member(value_.get(), key);
  if (!cJSON_IsArray(found)) return std::nullopt;
  std::vector<Json> all;
  for (const cJSON* item = found->child; item != nullptr; item = item->next) {
    if (!cJSON_IsObject(item)) continue;
    Json object = copy(item);
    if (!object.has_key_twice()) all.push_back(std::move(object));
  }
  return all;
}

std::vector<std::pair<std::string, Json>> Json::members() const {
  std::vector<std::pair<std::string, Json>> all;
  if (!is_object()) return all;
  for (const cJSON* found = value_->child; found != nullptr; found = found->next) {
    all.emplace_back(found->string, copy(found));
  }
  return all;
}

std::vector<Json> Json::elements() const {
  std::vector<Json> all;
  if (!is_array()) return all;
  for (const cJSON* found = value_->child; found != nullptr; found = found->next) {
    all.push_back(copy(found));
  }
  return all;
}

bool Json::has_key_twice() const {
  std::set<std::string_view> names;
  if (!is_object()) return false;
  for (const cJSON* found = value_->child; found != nullptr; found = found->next) {
    if (!names.insert(found->string).second) return true;
  }
  return false;
}

Json Json::copy(const cJSON* value) {
  Json json(cJSON_Duplicate(value, 1));
  if (!json.value_) throw std::bad_alloc();
  return json;
}

bool Json::is_pointer(std::string_view text) noexcept {
  if (!text.empty() && text[0] != '/') return false;
  for (std::size_t at = text.find('~'); at < text.size(); at = text.find('~', at + 1)) {
    const std::string_view escape = text.substr(at, 2);
    if (escape != "~0" && escape != "~1") return false;
  }
  return true;
}

std::optional<Json> Json::at(std::string_view pointer) const {
  if (!is_pointer(pointer)) return std::nullopt;
  const cJSON* value = value_.get();
  while (value != nullptr && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    const std::string key = unescaped(token);
    value = cJSON_IsArray(value) ? element(value, key) : member(value, key);
  }
  if (value == nullptr) return std::nullopt;
  return copy(value);
}

}  // namespace scanlogin
