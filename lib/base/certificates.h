#pragma once

#include <string>

#include "base/settings_reader.h"

namespace scanlogin {

// Whether a file can be read and holds certificates in PEM form (RFC 7468), at least one and none
// that is broken. Text around them is no fault.
bool holds_certificates(const std::string& path);

// The setting that names such a file; empty if it is not set. A file that is none is a fault.
std::string read_ca_file(SettingsReader& settings, const std::string& name);

}  // namespace scanlogin
