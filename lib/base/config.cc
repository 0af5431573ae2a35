#include "base/config.h"

#include <algorithm>
#include <string_view>

#include "base/key_settings.h"
#include "base/origin.h"
#include "base/text.h"
#include "base/url.h"

namespace scanlogin {
namespace {

constexpr int kMostDays = 365 * 1000;
constexpr int kMostThreads = 1024;
constexpr int kMostCacheEntries = 10'000'000;
constexpr int kMostDevices = 100;
constexpr int kMostProfileTrust = 3600;
constexpr std::size_t kLongestCookieName = 64;

std::string join(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : "; ") + line;
  return all;
}

// A list of origins, as browsers write them.
std::vector<std::string> read_origins(SettingsReader& settings, const std::string& name) {
  const std::string value = settings.text(name, "");
  std::vector<std::string> origins;
  for (const std::string_view entry : split(value, ", ")) {
    const auto origin = parse_origin(entry.substr(0, entry.find_last_not_of('/') + 1));
    if (!origin) {
      settings.fault(name, "lists " + std::string(entry) +
                               ", which is not a scheme and a host like " + "https://example.com");
    } else if (std::find(origins.begin(), origins.end(), to_text(*origin)) != origins.end()) {
      settings.fault(name, "lists " + to_text(*origin) + " twice");
    } else {
      origins.push_back(to_text(*origin));
    }
  }
  if (!value.empty() && split(value, ", ").empty()) settings.fault(name, "lists no origin");
  return origins;
}

std::string read_login_url(SettingsReader& settings, const std::string& fallback) {
  std::string path = settings.text("LOGIN_URL", fallback);
  const bool plain = std::all_of(path.begin(), path.end(), [](char c) {
    return is_letter_or_digit(c) || std::string_view("/-_.~@+").find(c) != std::string_view::npos;
  });
  if (!plain || !is_site_path(path)) {
    settings.fault("LOGIN_URL", "must be a path of the site without a query, like /login/");
  }
  return path;
}

// The value goes into a header as it is: anything that could end the directive is refused.
std::string read_frame_ancestors(SettingsReader& settings, const std::string& fallback) {
  std::string value = settings.text("FRAME_ANCESTORS", fallback);
  if (value.find_first_of(";,\"<>") != std::string::npos || split(value, " ").empty()) {
    settings.fault("FRAME_ANCESTORS",
                   "must be sources separated by spaces, like: 'self' https://example.com");
  }
  for (const char c : value) {
    if (static_cast<unsigned char>(c) >= 0x7f) {
      settings.fault("FRAME_ANCESTORS", "holds a character that is not ASCII");
      break;
    }
  }
  return value;
}

// A cookie's name is a token (RFC 6265 section 4.1.1, RFC 9110 section 5.6.2). A browser keeps one
// with these prefixes only if it comes by https (RFC 6265bis section 4.1.3).
std::string read_token_cookie(SettingsReader& settings,
                              const std::vector<std::string>& site_origins) {
  std::string name = settings.text("TOKEN_COOKIE", "");
  const auto fits = [](char c) {
    return is_letter_or_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  if (name.size() > kLongestCookieName || !std::all_of(name.begin(), name.end(), fits)) {
    settings.fault("TOKEN_COOKIE", "must be a cookie's name, like: session");
  }
  // The cookie of logins under way (domain/login/login_cookie.h).
  if (name == "scanlogin") settings.fault("TOKEN_COOKIE", "is taken: scanlogin is another cookie");
  const std::string prefix = ascii_lower(name);
  const bool needs_https = prefix.starts_with("__host-") || prefix.starts_with("__secure-");
  const bool https = !site_origins.empty() &&
                     std::all_of(site_origins.begin(), site_origins.end(),
                                 [](const auto& origin) { return origin.starts_with("https://"); });
  if (needs_https && !https) {
    settings.fault("TOKEN_COOKIE", "with this prefix needs a SITE_ORIGIN with https");
  }
  return name;
}

std::vector<IpAddress> read_web_servers(SettingsReader& settings) {
  const std::string name = "FCGI_WEB_SERVER_ADDRS";
  const std::string value = settings.text(name, "");
  std::vector<IpAddress> web_servers;
  const auto entries = split(value, ", ");
  if (entries.empty() && !value.empty()) settings.fault(name, "names no address");
  for (const std::string_view entry : entries) {
    if (const auto address = parse_ip_address(entry)) {
      web_servers.push_back(*address);
    } else {
      settings.fault(name, "names " + std::string(entry) + ", which is no IP address");
    }
  }
  return web_servers;
}

LogLevel read_log_level(SettingsReader& settings) {
  const std::string value = settings.text("LOG_LEVEL", "info");
  if (value == "debug") return LogLevel::debug;
  if (value == "warning") return LogLevel::warning;
  if (value == "error") return LogLevel::error;
  if (value != "info") settings.fault("LOG_LEVEL", "must be debug, info, warning or error");
  return LogLevel::info;
}

LogFormat read_log_format(SettingsReader& settings) {
  const std::string value = settings.text("LOG_FORMAT", "text");
  if (value == "json") return LogFormat::json;
  if (value != "text") settings.fault("LOG_FORMAT", "must be text or json");
  return LogFormat::text;
}

}  // namespace

ConfigError::ConfigError(std::vector<std::string> faults)
    : std::runtime_error(join(faults)), faults_(std::move(faults)) {}

std::vector<std::string> read_provider_names(SettingsReader& settings) {
  const std::string value = settings.text("PROVIDERS", "wx");
  const auto names = split(value, ", ");
  return {names.begin(), names.end()};
}

Config read_config(const Environment& environment, const ReadMore& read_more) {
  SettingsReader settings(environment);
  Config config;
  config.keys = read_keys(settings);
  config.token_ttl = std::chrono::days(
      settings.integer("TOKEN_TTL_DAYS", static_cast<int>(config.token_ttl.count()), 1, kMostDays));
  config.mysql = read_mysql(settings);
  config.redis = read_redis(settings);
  config.web_servers = read_web_servers(settings);
  config.site_origins = read_origins(settings, "SITE_ORIGIN");
  config.cors_origins = read_origins(settings, "CORS_ORIGINS");
  config.login_url = read_login_url(settings, config.login_url);
  config.providers = read_provider_names(settings);
  if (config.providers.empty()) settings.fault("PROVIDERS", "names no provider");
  config.token_cookie = read_token_cookie(settings, config.site_origins);
  config.devices = settings.integer("DEVICES", config.devices, 1, kMostDevices);
  config.session_idle = std::chrono::days(settings.integer("SESSION_IDLE_DAYS", 0, 0, kMostDays));
  config.require_bound_login = settings.integer("REQUIRE_BOUND_LOGIN", 0, 0, 1) == 1;
  config.audit_days = std::chrono::days(
      settings.integer("AUDIT_DAYS", static_cast<int>(config.audit_days.count()), 1, kMostDays));
  config.frame_ancestors = read_frame_ancestors(settings, config.frame_ancestors);
  config.template_dir = settings.text("TEMPLATE_DIR", config.template_dir);
  config.worker_threads =
      settings.integer("WORKER_THREADS", config.worker_threads, 1, kMostThreads);
  config.current_cache_entries =
      settings.integer("CURRENT_CACHE_ENTRIES", config.current_cache_entries, 0, kMostCacheEntries);
  config.profile_trust =
      std::chrono::seconds(settings.integer("PROFILE_TRUST_S", 5, 0, kMostProfileTrust));
  config.log_level = read_log_level(settings);
  config.log_format = read_log_format(settings);
  if (read_more) read_more(settings);
  if (!settings.faults().empty()) throw ConfigError(settings.faults());
  return config;
}

}  // namespace scanlogin
