#pragma once

#include <string>
#include <vector>

#include "domain/providers/provider_file.h"

namespace scanlogin::oauth {

// Whether the parts of a description fit together, each of which is well-formed: that each name in
// braces has a value by then, that what is needed is found, that what is found has a use. Adds what
// is wrong to `faults`, and marks the findings that a reply must not lack.
void check_together(Description& description, std::vector<std::string>& faults);

}  // namespace scanlogin::oauth
