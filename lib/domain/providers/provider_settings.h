#pragma once

#include <chrono>
#include <string>

#include "base/settings_reader.h"

namespace scanlogin {

// Settings that every provider has, below its own prefix: "WX", "GITHUB".

// The setting `name`, a URL to which secrets may be sent (domain/providers/provider_url.h), without
// a slash at the end. Where it is not set, or wrong, the fallback, which may be empty.
std::string read_base_url(SettingsReader& settings, const std::string& name,
                          const std::string& fallback = "");

// PREFIX_CA_FILE: the authorities whose certificates the provider may show, in PEM form; empty: the
// system's. It is a fault where `url`, which the setting `url_name` gives, is not https.
std::string read_ca_file(SettingsReader& settings, const std::string& prefix,
                         const std::string& url_name, const std::string& url);

// PREFIX_TIMEOUT_MS, 100 to 60000, else 5000: one call, connecting included.
std::chrono::milliseconds read_timeout(SettingsReader& settings, const std::string& prefix);

}  // namespace scanlogin
