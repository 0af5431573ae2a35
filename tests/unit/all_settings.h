#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/config.h"
#include "domain/providers/offered.h"
#include "domain/providers/weixin_settings.h"

namespace scanlogin {

using Variables = std::map<std::string, std::string>;

inline Environment environment(const Variables& variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

// Config, and what programs need beyond it, as those that ask providers do.
struct AllSettings : Config {
  weixin::Settings weixin;
  std::vector<Offered> offered;
};

inline AllSettings read(const Environment& environment) {
  AllSettings all;
  static_cast<Config&>(all) = read_config(environment, [&](SettingsReader& reader) {
    all.weixin = weixin::read_settings(reader);
    all.offered = read_offered(reader);
  });
  return all;
}
inline AllSettings read(const Variables& variables) { return read(environment(variables)); }

template <class Read>
std::vector<std::string> faults_in(const Read& read) {
  try {
    read();
    return {};
  } catch (const ConfigError& error) {
    return error.faults();
  }
}

}  // namespace scanlogin
