#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/environment.h"
#include "domain/check/finding.h"
#include "domain/providers/offered.h"
#include "domain/providers/weixin_settings.h"

namespace scanlogin::check {

// The settings of all endpoints together.
struct Settings {
  Config config;
  std::vector<Offered> offered;
  std::optional<weixin::Settings> website;  // where wx is offered
  std::optional<weixin::Settings> mini;     // where mini is
  // The files of secrets, by the variable that names each.
  std::map<std::string, std::string> secret_files;
};

// Throws ConfigError with the faults that any endpoint would find.
Settings read_settings(const Environment& environment);

// What is allowed, and still wrong on a site: secrets that everybody may read, an origin without
// https.
Findings check_settings(const Settings& settings);

// The pages, and the limits of a process that is started from here.
Findings check_machine(const Settings& settings);

}  // namespace scanlogin::check
