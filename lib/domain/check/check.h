#pragma once

#include <string>

#include "base/environment.h"
#include "domain/check/finding.h"

namespace scanlogin::check {

struct Report {
  Findings findings;
  bool settings_wrong = false;  // then the findings are their faults, and nothing else was tried
};

// Whether all that the endpoints need is as it has to be, with their settings: what they find, and
// who runs the site should know. Nothing is changed anywhere. Takes seconds where a server does not
// answer. nginx_file: as check_nginx() has it.
Report check_all(const Environment& environment, const std::string& nginx_file);

}  // namespace scanlogin::check
