#include "domain/providers/provider_settings.h"

#include "base/certificates.h"
#include "domain/providers/provider_url.h"

namespace scanlogin {

std::string read_base_url(SettingsReader& settings, const std::string& name,
                          const std::string& fallback) {
  std::string base = settings.text(name, fallback);
  while (base.ends_with('/')) base.pop_back();
  if (base.empty() || is_provider_url(base)) return base;
  const std::string example = fallback.empty() ? "https://open.example.com" : fallback;
  settings.fault(name, "must be a URL like " + example + ", or http on a loopback address");
  return fallback;
}

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
