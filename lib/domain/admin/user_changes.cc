#include "domain/admin/user_changes.h"

#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"

namespace scanlogin {
namespace {

constexpr std::size_t kTextWidth = 225;  // characters (sql/schema.sql)

bool fits(const std::string& text) {
  return utf8_cut(text, kTextWidth) == text && !has_control(text);
}

bool read_text(const Json& json, const char* name, std::optional<std::string>& field) {
  field = json.string(name);
  return field && fits(*field);
}

bool read_flag(const Json& json, const char* name, std::optional<bool>& field) {
  field = json.boolean(name);
  return field.has_value();
}

bool read_field(const Json& json, const std::string& name, UserChanges& changes) {
  if (name == "nickname") return read_text(json, "nickname", changes.nickname);
  if (name == "phone_number") return read_text(json, "phone_number", changes.phone_number);
  if (name == "gender") return read_text(json, "gender", changes.gender);
  if (name == "is_active") return read_flag(json, "is_active", changes.is_active);
  if (name == "is_staff") return read_flag(json, "is_staff", changes.is_staff);
  return false;
}

}  // namespace

std::variant<UserChanges, BadParameter> parse_user_changes(std::string_view body) {
  const std::optional<Json> json = Json::parse(body);
  if (!json || json->keys().empty()) return BadParameter{"body"};
  UserChanges changes;
  for (const std::string& name : json->keys()) {
    if (!read_field(*json, name, changes)) return BadParameter{name};
  }
  return changes;
}

}  // namespace scanlogin
