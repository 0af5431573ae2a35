#pragma once

#include <chrono>
#include <string>

#include "base/settings_reader.h"
#include "domain/providers/provider_file.h"

namespace scanlogin::oauth {

// What a site sets for a provider that a file describes. NAME is the provider's name in capitals.
struct Settings {
  // With NAME_LABEL and NAME_LABEL_ZH in the place of its labels. NAME_OPEN_BASE replaces scheme
  // and host of authorize's URL, NAME_API_BASE those of all calls: for a stand-in, or a twin like
  // Lark. Both are is_provider_url (domain/providers/provider_url.h); empty: the file's.
  Description description;
  std::string client_id;                    // NAME_CLIENT_ID
  std::string client_secret;                // NAME_CLIENT_SECRET or NAME_CLIENT_SECRET_FILE
  std::string ca_file;                      // NAME_CA_FILE (domain/providers/provider_settings.h)
  std::chrono::milliseconds timeout{5000};  // NAME_TIMEOUT_MS, the same
};

// The directory of the descriptions: PROVIDER_DIR, else /usr/local/share/scanlogin/providers.
std::string provider_directory(SettingsReader& settings);

// Whether the directory has a file for the provider: then it is described. name: as it was set; one
// that is no provider's name has none.
bool is_described(const std::string& directory, const std::string& name);

// The description in DIRECTORY/NAME.json. Each of its faults becomes one of the settings, which
// begins with the file's path. name: is_provider_name.
Description read_description(SettingsReader& settings, const std::string& directory,
                             const std::string& name);

// All of it, read as SettingsReader says. The client's id and secret have to be there.
Settings read_settings(SettingsReader& settings, Description description);
// The same, with the description in provider_directory().
Settings read_settings(SettingsReader& settings, const std::string& name);

}  // namespace scanlogin::oauth
