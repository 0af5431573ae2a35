#pragma once

#include <map>
#include <string>

namespace scanlogin {

// An object's members, each with the JSON text of its value: for tests that change one of them.
class JsonMembers {
 public:
  explicit JsonMembers(std::map<std::string, std::string> members) : members_(std::move(members)) {}

  JsonMembers with(const std::string& name, const std::string& json) const {
    JsonMembers changed = *this;
    changed.members_[name] = json;
    return changed;
  }
  JsonMembers without(const std::string& name) const {
    JsonMembers changed = *this;
    changed.members_.erase(name);
    return changed;
  }

  // {"NAME":JSON,…}; more: what stands behind the last member, comma included.
  std::string text(const std::string& more = "") const {
    std::string all;
    for (const auto& [name, json] : members_) {
      all.append(all.empty() ? "\"" : ",\"").append(name).append("\":").append(json);
    }
    return "{" + all + more + "}";
  }

 private:
  std::map<std::string, std::string> members_;
};

}  // namespace scanlogin
