#include "domain/providers/checked_json.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "domain/providers/provider_text.h"

namespace scanlogin::oauth {
namespace {

constexpr std::size_t kLongestText = 1024;
constexpr std::size_t kMostTexts = 16;
constexpr std::size_t kLongestShownName = 64;  // in a fault

std::string shown(const std::string& name) {
  return std::string(utf8_cut(without_control(name), kLongestShownName));
}

bool is_text(const std::optional<std::string>& text) {
  return text && !text->empty() && text->size() <= kLongestText && !has_control(*text);
}

}  // namespace

CheckedJson::CheckedJson(std::string path, std::string name, Json value, Faults& faults)
    : path_(std::move(path)), name_(std::move(name)), value_(std::move(value)), faults_(faults) {}

CheckedJson CheckedJson::below(const std::string& name, Json value) const {
  return {path_.empty() ? shown(name) : path_ + "." + shown(name), name, std::move(value), faults_};
}

void CheckedJson::fault(const std::string& problem) const {
  faults_.push_back((path_.empty() ? "the file" : path_) + " " + problem);
}

void CheckedJson::read(const std::vector<Member>& members) const {
  constexpr std::size_t kMost = 64;
  std::set<std::string_view> read;
  const std::vector<CheckedJson> all = this->members(kMost);
  for (const CheckedJson& value : all) {
    const auto known = std::find_if(members.begin(), members.end(), [&](const Member& member) {
      return member.name == value.name();
    });
    if (known == members.end()) {
      value.fault("is no known member");
      continue;
    }
    read.insert(known->name);
    known->read(value);
  }
  for (const Member& member : members) {
    if (value_.is_object() && member.required && !read.contains(member.name)) {
      below(std::string(member.name), Json::null_value()).fault("is missing");
    }
  }
}

std::vector<CheckedJson> CheckedJson::members(std::size_t most) const {
  std::vector<CheckedJson> all;
  if (!value_.is_object()) fault("must be an object");
  std::set<std::string> names;
  for (auto& [name, value] : value_.members()) {
    CheckedJson member = below(name, std::move(value));
    if (!names.insert(name).second) {
      member.fault("is there twice");
    } else if (all.size() < most) {
      all.push_back(std::move(member));
    }
  }
  if (names.size() > most) fault("has more than " + std::to_string(most) + " members");
  return all;
}

std::vector<CheckedJson> CheckedJson::elements(std::size_t most) const {
  std::vector<CheckedJson> all;
  if (!value_.is_array()) fault("must be an array");
  for (Json& value : value_.elements()) {
    if (all.size() == most) {
      fault("has more than " + std::to_string(most) + " elements");
      break;
    }
    const std::string path = path_ + "[" + std::to_string(all.size()) + "]";
    all.push_back(CheckedJson(path, "", std::move(value), faults_));
  }
  return all;
}

std::string CheckedJson::text() const {
  std::optional<std::string> text = value_.string();
  if (is_text(text)) return *std::move(text);
  fault("must be a text of 1 to 1024 bytes without control characters");
  return "";
}

std::string CheckedJson::text_or_number() const {
  std::optional<std::string> number = value_.whole_number();
  if (number && number->size() <= kLongestText) return *std::move(number);
  return text();
}

std::vector<std::string> CheckedJson::texts() const {
  if (!value_.is_array()) return {text()};
  std::vector<std::string> all;
  for (const CheckedJson& element : elements(kMostTexts)) all.push_back(element.text());
  if (all.empty()) fault("must not be empty");
  return all;
}

bool CheckedJson::boolean() const {
  const std::optional<bool> value = value_.boolean();
  if (!value) fault("must be true or false");
  return value.value_or(false);
}

std::size_t CheckedJson::integer(std::size_t least, std::size_t most) const {
  const std::optional<std::int64_t> value = whole_number(value_.whole_number().value_or(""));
  if (value && *value >= static_cast<std::int64_t>(least) &&
      *value <= static_cast<std::int64_t>(most)) {
    return static_cast<std::size_t>(*value);
  }
  fault("must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return least;
}

}  // namespace scanlogin::oauth
