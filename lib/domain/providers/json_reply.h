#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.h"

namespace scanlogin {

// The JSON object that a provider replies with, whatever Content-Type says, read strictly: what its
// documentation does not allow is Error(upstream), "WeChat's reply lacks openid". Before it is read
// raw control characters are dropped, and bytes that are not UTF-8 replaced.
class JsonReply {
 public:
  // label: the provider's, as ProviderFacts has it.
  JsonReply(std::string_view label, std::string_view body);

  const Json& json() const noexcept { return json_; }
  // A member that is an identifier (domain/providers/provider_text.h); empty if it is absent or
  // empty.
  std::string identifier(const char* key, std::size_t longest) const;
  // One that has to be there.
  std::string required(const char* key, std::size_t longest) const;
  // One of two sources for an id that has to be the same in both; either may be empty.
  std::string agreed(const std::string& a, const std::string& b, const char* key) const;
  [[noreturn]] void broken(const std::string& what) const;

 private:
  Json parse(std::string_view body) const;

  const std::string_view label_;
  const Json json_;
};

}  // namespace scanlogin
