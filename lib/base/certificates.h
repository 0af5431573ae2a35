#pragma once

#include <string>

namespace scanlogin {

// Whether a file can be read and holds certificates in PEM form (RFC 7468), at least one and none
// that is broken. Text around them is no fault.
bool holds_certificates(const std::string& path);

}  // namespace scanlogin
