#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/environment.h"

namespace scanlogin {

// Takes one variable after another out of an environment and collects what is wrong with them.
// Each read returns the fallback where the variable is absent or wrong.
class SettingsReader {
 public:
  explicit SettingsReader(Environment environment) : environment_(std::move(environment)) {}

  std::string text(const std::string& name, const std::string& fallback);
  int integer(const std::string& name, int fallback, int least, int most);
  // NAME, or the content of the file that NAME_FILE names; empty if neither is there.
  std::string secret(const std::string& name);
  // The content of a file that the variable names: of a key or a secret, 64 KiB at the most.
  // Nothing, and a fault, if it cannot be read.
  std::optional<std::string> file(const std::string& name, const std::string& path);

  // A fault for a variable that is not set. One that was refused has its own already.
  void require(const std::string& name, const std::string& value, const std::string& purpose);
  void fault(const std::string& name, const std::string& problem);  // one that is there stays one
  const std::vector<std::string>& faults() const noexcept { return faults_; }

 private:
  std::optional<std::string> lookup(const std::string& name) const;

  const Environment environment_;
  std::vector<std::string> faults_;
};

}  // namespace scanlogin
