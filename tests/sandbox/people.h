#pragma once

#include <string>
#include <string_view>

namespace scanlogin::sandbox {

struct Person {
  std::string nickname;
  std::string avatar;
};

// Every id is somebody: the people on the page (qrconnect.html), whose pictures are below
// `origin`, else 用户<id>. The same id is the same person in every process.
Person person(std::string_view id, std::string_view origin);

// 28 characters of a person's id: "o6_" for the openid, "o6-" for the unionid, and 25 hex digits
// of the SHA-256 of "openid:" or "unionid:" and the id.
std::string openid_of(std::string_view id);
std::string unionid_of(std::string_view id);

// The picture of one of the page's people, as SVG; empty if there is no such person.
std::string picture_of(std::string_view id);

}  // namespace scanlogin::sandbox
