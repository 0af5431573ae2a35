#pragma once

namespace scanlogin {

// The release, as the file VERSION at the top of the tree names it: "0.1.0" (semver.org).
extern const char* const kVersion;

}  // namespace scanlogin
