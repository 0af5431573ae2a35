#pragma once

#include <cstdint>
#include <string>

#include "domain/check/finding.h"

namespace scanlogin::check {

// Milliseconds since 1970 by this machine's clock.
std::int64_t milliseconds_now();

// Another clock compared with this machine's. theirs: what it showed, in milliseconds since 1970,
// at some time between `asked` and `answered` by this clock. precision: of that, in milliseconds.
Finding compare_clocks(const std::string& what, std::int64_t theirs, std::int64_t asked,
                       std::int64_t answered, std::int64_t precision);

}  // namespace scanlogin::check
