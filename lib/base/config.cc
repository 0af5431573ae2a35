#include "base/config.h"

#include <algorithm>

#include "base/certificates.h"
#include "base/settings_reader.h"

namespace scanlogin {
namespace {

constexpr std::size_t kShortestKey = 32;
constexpr int kMostDays = 365 * 1000;
constexpr int kMostThreads = 1024;
constexpr int kMostCacheEntries = 10'000'000;

std::string join(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : "; ") + line;
  return all;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::vector<std::string> read_keys(SettingsReader& settings) {
  std::vector<std::string> keys{settings.secret("SECRET_KEY")};
  settings.require("SECRET_KEY", keys.front(), "it signs the tokens, 32 random bytes or more");
  if (!keys.front().empty() && keys.front().size() < kShortestKey) {
    settings.fault("SECRET_KEY", "has fewer than 32 bytes");
  }
  for (std::string& key : split(settings.secret("SECRET_KEY_FALLBACKS"), ',')) {
    if (key.size() < kShortestKey) {
      settings.fault("SECRET_KEY_FALLBACKS", "lists a key with fewer than 32 bytes");
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

// Where the host begins in an http or https URL without query, that a header or a quoted text can
// hold; 0 if it is no such URL.
std::size_t host_in(const std::string& url) {
  const std::size_t host = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  const bool good = host != 0 && url.size() > host && url[host] != '/' &&
                    url.find_first_of(" ?#@\"'<>\\;,", host) == std::string::npos;
  return good ? host : 0;
}

WeixinConfig read_weixin(SettingsReader& settings) {
  WeixinConfig weixin;
  weixin.appid = settings.text("WX_APPID", "");
  settings.require("WX_APPID", weixin.appid, "the app id WeChat gave you");
  weixin.secret = settings.secret("WX_SECRET");
  settings.require("WX_SECRET", weixin.secret, "the app's secret at WeChat");
  weixin.api_base = settings.text("WX_API_BASE", weixin.api_base);
  while (weixin.api_base.ends_with('/')) weixin.api_base.pop_back();
  if (host_in(weixin.api_base) == 0) {
    settings.fault("WX_API_BASE", "must be a URL like https://api.weixin.qq.com");
  }
  weixin.ca_file = settings.text("WX_CA_FILE", "");
  if (!weixin.ca_file.empty() && !holds_certificates(weixin.ca_file)) {
    settings.fault("WX_CA_FILE",
                   "names a file that cannot be read or holds no certificate: " + weixin.ca_file);
  }
  if (!weixin.ca_file.empty() && weixin.api_base.starts_with("http://")) {
    settings.fault("WX_CA_FILE", "has no effect, since WX_API_BASE is not https");
  }
  weixin.js_url = settings.text("WX_JS_URL", weixin.js_url);
  if (host_in(weixin.js_url) == 0) {
    settings.fault(
        "WX_JS_URL",
        "must be a URL like https://res.wx.qq.com/connect/zh_CN/htmledition/js/wxLogin.js");
  }
  return weixin;
}

ServerAddress read_address(SettingsReader& settings, const std::string& prefix,
                           const ServerAddress& fallback) {
  return {
      .host = settings.text(prefix + "_HOST", fallback.host),
      .port = settings.integer(prefix + "_PORT", fallback.port, 1, 65535),
      .socket = settings.text(prefix + "_SOCKET", fallback.socket),
  };
}

MysqlConfig read_mysql(SettingsReader& settings) {
  MysqlConfig mysql;
  mysql.address = read_address(settings, "MYSQL", mysql.address);
  mysql.user = settings.text("MYSQL_USER", mysql.user);
  mysql.password = settings.secret("MYSQL_PASSWORD");
  mysql.database = settings.text("MYSQL_DATABASE", mysql.database);
  return mysql;
}

RedisConfig read_redis(SettingsReader& settings) {
  RedisConfig redis;
  redis.address = read_address(settings, "REDIS", redis.address);
  redis.password = settings.secret("REDIS_PASSWORD");
  redis.db = settings.integer("REDIS_DB", redis.db, 0, 65535);
  return redis;
}

std::string read_site_origin(SettingsReader& settings) {
  std::string origin = settings.text("SITE_ORIGIN", "");
  while (origin.ends_with('/')) origin.pop_back();
  const std::size_t host = host_in(origin);
  if (!origin.empty() && (host == 0 || origin.find('/', host) != std::string::npos)) {
    settings.fault("SITE_ORIGIN", "must be a scheme and a host, like https://example.com");
  }
  return origin;
}

// The value goes into a header as it is: anything that could end the directive is refused.
std::string read_frame_ancestors(SettingsReader& settings, const std::string& fallback) {
  std::string value = settings.text("FRAME_ANCESTORS", fallback);
  if (value.find_first_of(";,\"<>") != std::string::npos || split(value, ' ').empty()) {
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

LogLevel read_log_level(SettingsReader& settings) {
  const std::string value = settings.text("LOG_LEVEL", "info");
  if (value == "debug") return LogLevel::debug;
  if (value == "warning") return LogLevel::warning;
  if (value == "error") return LogLevel::error;
  if (value != "info") settings.fault("LOG_LEVEL", "must be debug, info, warning or error");
  return LogLevel::info;
}

}  // namespace

ConfigError::ConfigError(std::vector<std::string> faults)
    : std::runtime_error(join(faults)), faults_(std::move(faults)) {}

Config read_config(const Environment& environment, Weixin weixin) {
  SettingsReader settings(environment);
  Config config;
  config.secret_keys = read_keys(settings);
  config.token_ttl = std::chrono::days(
      settings.integer("TOKEN_TTL_DAYS", static_cast<int>(config.token_ttl.count()), 1, kMostDays));
  if (weixin == Weixin::required) config.weixin = read_weixin(settings);
  config.weixin_timeout = std::chrono::milliseconds(settings.integer(
      "WX_TIMEOUT_MS", static_cast<int>(config.weixin_timeout.count()), 100, 60000));
  config.mysql = read_mysql(settings);
  config.redis = read_redis(settings);
  config.site_origin = read_site_origin(settings);
  config.require_bound_login = settings.integer("REQUIRE_BOUND_LOGIN", 0, 0, 1) == 1;
  config.audit_days = std::chrono::days(
      settings.integer("AUDIT_DAYS", static_cast<int>(config.audit_days.count()), 1, kMostDays));
  config.frame_ancestors = read_frame_ancestors(settings, config.frame_ancestors);
  config.template_dir = settings.text("TEMPLATE_DIR", config.template_dir);
  config.worker_threads =
      settings.integer("WORKER_THREADS", config.worker_threads, 1, kMostThreads);
  config.current_cache_entries =
      settings.integer("CURRENT_CACHE_ENTRIES", config.current_cache_entries, 0, kMostCacheEntries);
  config.log_level = read_log_level(settings);
  if (!settings.faults().empty()) throw ConfigError(settings.faults());
  return config;
}

}  // namespace scanlogin
