#pragma once

#include <chrono>
#include <string>

#include "base/settings_reader.h"

namespace scanlogin {

// Settings that every provider has, below its own prefix: "WX", "GITHUB".

// PREFIX_CA_FILE: the authorities whose certificates the provider may show, in PEM form; empty: the
// system's. It is a fault where `url`, which the setting `url_name` gives, is not https.
std::string read_ca_file(SettingsReader& settings, const std::string& prefix,
                         const std::string& url_name, const std::string& url);

// PREFIX_TIMEOUT_MS, 100 to 60000, else 5000: one call, connecting included.
std::chrono::milliseconds read_timeout(SettingsReader& settings, const std::string& prefix);

}  // namespace scanlogin
