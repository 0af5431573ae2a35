#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scanlogin {

// The versions that a header If-Match names (RFC 9110 section 13.1.1).
class EntityTags {
 public:
  // header: a list of entity-tags (section 8.8.3). A version is a name here, and not a state of a
  // body's bytes: what compresses replies on their way marks a tag as weak, or adds to it, and
  // neither makes another version of it. A text without quotes counts as a tag.
  explicit EntityTags(std::string_view header);

  // Whether this version is one of them; a * by itself, without quotes, stands for every one.
  bool name(std::string_view version) const;

 private:
  const bool any_;
  std::vector<std::string> names_;
};

}  // namespace scanlogin
