#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace scanlogin::oauth {

// A value of a JSON file that is read strictly: whatever is wrong with it is written down with the
// way to it, "token.url must be …". What is read of a wrong value is empty.
class CheckedJson {
 public:
  using Faults = std::vector<std::string>;

  // Of the value at the top. faults: outlives this.
  CheckedJson(Json value, Faults& faults) : CheckedJson("", "", std::move(value), faults) {}

  // A member that an object may have, or must have, and what reads it.
  struct Member {
    std::string_view name;
    bool required;
    std::function<void(const CheckedJson&)> read;
  };
  // Reads an object that has these members and no others.
  void read(const std::vector<Member>& members) const;

  // The members of an object whose names are free, `most` of them at the most, none twice.
  std::vector<CheckedJson> members(std::size_t most) const;
  const std::string& name() const noexcept { return name_; }  // a member's own
  const std::string& path() const noexcept { return path_; }
  // The elements of an array, `most` of them at the most.
  std::vector<CheckedJson> elements(std::size_t most) const;

  // Not empty, without control characters, at most 1,024 bytes.
  std::string text() const;
  // The same, or a whole number, in decimal digits.
  std::string text_or_number() const;
  // One text, or an array of them, 16 at the most; not empty.
  std::vector<std::string> texts() const;
  bool boolean() const;
  std::size_t integer(std::size_t least, std::size_t most) const;

  void fault(const std::string& problem) const;

 private:
  CheckedJson(std::string path, std::string name, Json value, Faults& faults);
  CheckedJson below(const std::string& name, Json value) const;

  std::string path_;  // empty at the top
  std::string name_;
  Json value_;
  Faults& faults_;
};

}  // namespace scanlogin::oauth
