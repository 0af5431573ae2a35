#include "domain/providers/oauth_settings.h"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

#include "base/text.h"
#include "domain/providers/provider_settings.h"
#include "domain/providers/provider_url.h"

namespace scanlogin::oauth {
namespace {

std::string path_of(const std::string& directory, const std::string& name) {
  return directory + "/" + name + ".json";
}

void move_to(const std::string& base, std::string& url) {
  if (!base.empty()) url = with_base(url, base);
}

}  // namespace

std::string provider_directory(SettingsReader& settings) {
  return settings.text("PROVIDER_DIR", "/usr/local/share/scanlogin/providers");
}

bool is_described(const std::string& directory, const std::string& name) {
  std::error_code error;
  return is_provider_name(name) && std::filesystem::exists(path_of(directory, name), error);
}

Description read_description(SettingsReader& settings, const std::string& directory,
                             const std::string& name) {
  const std::string path = path_of(directory, name);
  const std::optional<std::string> text = settings.file("PROVIDER_DIR", path);
  Description nothing;
  nothing.name = name;
  if (!text) return nothing;
  auto parsed = parse_description(name, *text);
  if (auto* description = std::get_if<Description>(&parsed)) return std::move(*description);
  for (const std::string& fault : std::get<std::vector<std::string>>(parsed)) {
    settings.fault(path + ":", fault);
  }
  return nothing;
}

Settings read_settings(SettingsReader& settings, Description description) {
  const std::string prefix = ascii_upper(description.name);
  Settings read;
  read.client_id = settings.text(prefix + "_CLIENT_ID", "");
  settings.require(prefix + "_CLIENT_ID", read.client_id, "the id that the provider gave the site");
  read.client_secret = settings.secret(prefix + "_CLIENT_SECRET");
  settings.require(prefix + "_CLIENT_SECRET", read.client_secret, "the secret that goes with it");
  description.label = settings.text(prefix + "_LABEL", description.label);
  description.label_zh = settings.text(prefix + "_LABEL_ZH", description.label_zh);
  move_to(read_base_url(settings, prefix + "_OPEN_BASE"), description.authorize.url);
  const std::string api_base = read_base_url(settings, prefix + "_API_BASE");
  move_to(api_base, description.token.url);
  for (Call& call : description.person) move_to(api_base, call.url);
  read.ca_file = read_ca_file(settings, prefix, prefix + "_API_BASE", description.token.url);
  read.timeout = read_timeout(settings, prefix);
  read.description = std::move(description);
  return read;
}

Settings read_settings(SettingsReader& settings, const std::string& name) {
  return read_settings(settings, read_description(settings, provider_directory(settings), name));
}

}  // namespace scanlogin::oauth
