#include "domain/providers/json_reply.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "domain/providers/provider_text.h"

namespace scanlogin {

JsonReply::JsonReply(std::string_view label, std::string_view body)
    : label_(label), json_(parse(body)) {}

std::string JsonReply::identifier(const char* key, std::size_t longest) const {
  if (!json_.has(key)) return "";
  std::optional<std::string> value = json_.string(key);
  if (!value || !is_identifier(*value, longest)) broken(std::string("has an unusable ") + key);
  return *std::move(value);
}

std::string JsonReply::required(const char* key, std::size_t longest) const {
  std::string value = identifier(key, longest);
  if (value.empty()) broken(std::string("lacks ") + key);
  return value;
}

std::string JsonReply::agreed(const std::string& a, const std::string& b, const char* key) const {
  if (!a.empty() && !b.empty() && a != b) broken(std::string("names another ") + key);
  return a.empty() ? b : a;
}

void JsonReply::broken(const std::string& what) const {
  throw Error(ErrorKind::upstream, std::string(label_) + "'s reply " + what);
}

Json JsonReply::parse(std::string_view body) const {
  std::optional<Json> json = Json::parse(readable(body));
  if (!json || !json->is_object()) broken("is not a JSON object");
  return *std::move(json);
}

}  // namespace scanlogin
