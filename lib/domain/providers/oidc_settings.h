#pragma once

#include <chrono>
#include <string>

#include "base/settings_reader.h"

namespace scanlogin::oidc {

// The settings of one provider, NAME: its name in capitals.
struct Settings {
  std::string name;           // in paths, and the type of its identities: "google"
  std::string issuer;         // NAME_ISSUER, as the provider writes it, to the letter
  std::string client_id;      // NAME_CLIENT_ID
  std::string client_secret;  // NAME_CLIENT_SECRET or NAME_CLIENT_SECRET_FILE
  std::string label;          // NAME_LABEL: on its button, in English; default: the name
  std::string label_zh;       // NAME_LABEL_ZH: likewise in Chinese; default: the English one
  // NAME_CA_FILE: the authorities whose certificates it may show, in PEM form; empty: the system's.
  std::string ca_file;
  std::string scope = "openid profile";     // NAME_SCOPE: with openid among others
  std::chrono::milliseconds timeout{5000};  // NAME_TIMEOUT_MS: one call, connect included
};

// Each read as SettingsReader says; issuer, id and secret have to be there. name: lower-case
// letters and digits, 32 at the most.
Settings read_settings(SettingsReader& settings, const std::string& name);

}  // namespace scanlogin::oidc
