#include "domain/providers/provider_settings.h"

#include "base/certificates.h"

namespace scanlogin {

std::string read_ca_file(SettingsReader& settings, const std::string& prefix,
                         const std::string& url_name, const std::string& url) {
  const std::string name = prefix + "_CA_FILE";
  std::string path = settings.text(name, "");
  if (!path.empty() && !holds_certificates(path)) {
    settings.fault(name, "names a file that cannot be read or holds no certificate: " + path);
  }
  if (!path.empty() && url.starts_with("http://")) {
    settings.fault(name, "has no effect, since " + url_name + " is not https");
  }
  return path;
}

std::chrono::milliseconds read_timeout(SettingsReader& settings, const std::string& prefix) {
  return std::chrono::milliseconds(settings.integer(prefix + "_TIMEOUT_MS", 5000, 100, 60000));
}

}  // namespace scanlogin
