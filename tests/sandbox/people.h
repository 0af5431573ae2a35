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

// The same person's openid at another app than the website: "oM_", "oA_" and the rest. One that a
// test wrote out itself stays as it is.
std::string openid_at(std::string_view beginning, const std::string& openid);

// The picture of one of the page's people, as SVG; empty if there is no such person.
std::string picture_of(std::string_view id);

}  // namespace scanlogin::sandbox
