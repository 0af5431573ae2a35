#pragma once

#include <string>
#include <string_view>

#include "server/response.h"

namespace scanlogin::sandbox {

// JSON as WeChat writes it: UTF-8 unescaped, '/' as "\/". By hand, because tests want what no JSON
// library writes: any bytes, raw control characters.
class WireObject {
 public:
  // Members named `missing` are left out.
  explicit WireObject(std::string_view missing = {}) : missing_(missing) {}

  WireObject& text(std::string_view name, std::string_view value);
  WireObject& number(std::string_view name, int value);
  WireObject& raw(std::string_view name, std::string_view json);

  std::string json() const { return "{" + members_ + "}"; }

 private:
  std::string missing_;
  std::string members_;
};

std::string wire_string(std::string_view text);

// WeChat's words for an errcode, as far as they are known.
std::string_view errmsg_of(int errcode);

// Both ways in which WeChat marks a refusal with the request's id.
std::string with_hints(std::string_view errmsg);
std::string with_rid(std::string_view errmsg);

// 200 and text/plain, which WeChat says of all its JSON.
Response wire_response(std::string body);

}  // namespace scanlogin::sandbox
