#include "domain/check/settings.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string_view>
#include <utility>

#include "base/origin.h"
#include "base/search_path.h"
#include "base/version.h"
#include "domain/login/callback_page_files.h"
#include "domain/providers/weixin_mini.h"
#include "domain/providers/weixin_website.h"

namespace scanlogin::check {
namespace {

// Where docs/install.md has the settings.
constexpr const char* kEnvironmentFiles[] = {"/etc/scanlogin.env", "/etc/scanlogin/scanlogin.env"};
// What a process needs beside its threads: connections to Redis, MySQL and nginx.
constexpr rlim_t kDescriptorsBeside = 200;

bool names_secret(std::string_view variable) {
  return variable.ends_with("_FILE") && !variable.ends_with("_CA_FILE") &&
         !variable.ends_with("_CERT_FILE");
}

bool everybody_reads(const std::string& path) {
  struct stat file {};
  return stat(path.c_str(), &file) == 0 && (file.st_mode & S_IROTH) != 0;
}

Finding secret_files(const Settings& settings) {
  std::string open;
  const auto note = [&](const std::string& path) {
    if (everybody_reads(path)) open += (open.empty() ? "" : " ") + path;
  };
  for (const auto& [variable, path] : settings.secret_files) note(path);
  for (const char* path : kEnvironmentFiles) note(path);
  if (open.empty()) return {.what = "secrets", .detail = "no file of them is open to everybody"};
  return {
      .what = "secrets",
      .state = State::warning,
      .detail = "everybody on this machine may read " + open,
      .advice = "chmod o= " + open + ", and draw new secrets if others have had an account here"};
}

bool is_here(const std::string& origin) {
  const auto parsed = parse_origin(origin);
  return parsed && (parsed->host == "localhost" || parsed->host == "[::1]" ||
                    parsed->host.starts_with("127.") || parsed->host.ends_with(".localhost"));
}

Finding origins(const Config& config) {
  const std::string what = "site origin";
  if (config.site_origins.empty()) {
    return {.what = what, .detail = "SITE_ORIGIN is not set: it is wherever each request says"};
  }
  std::string plain;
  std::string all;
  for (const std::string& origin : config.site_origins) {
    all += (all.empty() ? "" : " ") + origin;
    if (origin.starts_with("https:") || is_here(origin)) continue;
    plain += (plain.empty() ? "" : " ") + origin;
  }
  if (plain.empty()) return {.what = what, .detail = all};
  return {.what = what,
          .state = State::warning,
          .detail = "without https, anybody on the way reads codes and tokens: " + plain,
          .advice = "have nginx serve the site by https, and write https:// in SITE_ORIGIN"};
}

Finding pages(const std::string& directories) {
  for (const char* page : {kSuccessPage, kRefusedPage}) {
    const std::string path = find_in(directories, page);
    std::ifstream file(path);
    if (file.get() != std::ifstream::traits_type::eof()) continue;
    return {.what = "pages",
            .state = State::fault,
            .detail = path + " is empty or cannot be read",
            .advice = "copy share/scanlogin/templates there, or mend TEMPLATE_DIR"};
  }
  return {.what = "pages", .detail = find_in(directories, kSuccessPage)};
}

Finding descriptors(const Config& config) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t needed = kDescriptorsBeside + static_cast<rlim_t>(config.worker_threads);
  const std::string detail =
      limit.rlim_cur == RLIM_INFINITY
          ? "as many as there are"
          : std::to_string(limit.rlim_cur) + " for a program that is started from here";
  if (limit.rlim_cur >= needed) return {.what = "descriptors", .detail = detail};
  return {
      .what = "descriptors",
      .state = State::warning,
      .detail = detail,
      .advice = "ulimit -n 65536 in the shell that starts the endpoints; systemd's units have it"};
}

}  // namespace

Settings read_settings(const Environment& environment) {
  Settings settings;
  const Environment noting = [&](const std::string& name) {
    auto value = environment(name);
    if (value && !value->empty() && names_secret(name)) settings.secret_files[name] = *value;
    return value;
  };
  settings.config = read_config(noting, [&](SettingsReader& reader) {
    settings.offered = read_offered(reader);
    if (offers(settings.offered, weixin::Website::kFacts.name)) {
      settings.website = weixin::read_settings(reader);
    }
    if (offers(settings.offered, weixin::MiniProgram::kFacts.name)) {
      settings.mini = weixin::read_mini_settings(reader);
    }
  });
  return settings;
}

Findings check_settings(const Settings& settings) {
  return {{.what = "version", .detail = kVersion},
          {.what = "settings", .detail = "complete"},
          secret_files(settings),
          origins(settings.config)};
}

Findings check_machine(const Settings& settings) {
  return {pages(settings.config.template_dir), descriptors(settings.config)};
}

}  // namespace scanlogin::check
