#pragma once

#include <cstdint>
#include <string>

namespace scanlogin {

// Who WeChat says has scanned. Texts are well-formed UTF-8.
struct Person {
  std::string openid;   // one per person and app; never empty
  std::string unionid;  // one per person; empty if the app is bound to no open-platform account
  std::string nickname;
  std::string avatar_url;  // empty if there is none
  std::int64_t sex = 0;    // 1 male, 2 female, else unknown
};

}  // namespace scanlogin
