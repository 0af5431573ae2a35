#include "domain/providers/oidc_settings.h"

#include <algorithm>

#include "base/text.h"
#include "domain/providers/oidc_discovery.h"
#include "domain/providers/provider_settings.h"
#include "domain/providers/provider_text.h"

namespace scanlogin::oidc {
namespace {

constexpr std::size_t kLongestCredential = 1024;

// The characters of RFC 6749 section 3.3, and openid (OpenID Connect Core 1.0 section 3.1.2.1).
bool is_scope(const std::string& scope) {
  const auto words = split(scope, " ");
  return std::find(words.begin(), words.end(), "openid") != words.end() &&
         scope.find_first_of("\"\\") == std::string::npos &&
         std::all_of(words.begin(), words.end(), is_visible_ascii);
}

// The characters of RFC 6749 appendices A.1 and A.2.
void check_credential(SettingsReader& settings, const std::string& name, const std::string& value) {
  const bool plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  if (!plain || value.size() > kLongestCredential) {
    settings.fault(name, "must be ASCII, of 1,024 characters at the most");
  }
}

}  // namespace

Settings read_settings(SettingsReader& settings, const std::string& name) {
  const std::string prefix = ascii_upper(name);
  Settings oidc;
  oidc.name = name;
  oidc.issuer = settings.text(prefix + "_ISSUER", "");
  settings.require(prefix + "_ISSUER", oidc.issuer, "the provider's issuer, a URL");
  if (!oidc.issuer.empty() && !is_issuer_url(oidc.issuer)) {
    settings.fault(prefix + "_ISSUER",
                   "must be a URL like https://accounts.example.com; http only on a loopback "
                   "address");
  }
  oidc.client_id = settings.text(prefix + "_CLIENT_ID", "");
  settings.require(prefix + "_CLIENT_ID", oidc.client_id, "the site's id at the provider");
  check_credential(settings, prefix + "_CLIENT_ID", oidc.client_id);
  oidc.client_secret = settings.secret(prefix + "_CLIENT_SECRET");
  settings.require(prefix + "_CLIENT_SECRET", oidc.client_secret,
                   "the site's secret at the provider");
  check_credential(settings, prefix + "_CLIENT_SECRET", oidc.client_secret);
  oidc.label = settings.text(prefix + "_LABEL", name);
  oidc.label_zh = settings.text(prefix + "_LABEL_ZH", oidc.label);
  oidc.ca_file = read_ca_file(settings, prefix, prefix + "_ISSUER", oidc.issuer);
  oidc.scope = settings.text(prefix + "_SCOPE", oidc.scope);
  if (!is_scope(oidc.scope)) {
    settings.fault(prefix + "_SCOPE", "must be words with openid among them, like: openid profile");
  }
  oidc.timeout = read_timeout(settings, prefix);
  return oidc;
}

}  // namespace scanlogin::oidc
