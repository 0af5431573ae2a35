#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/ip_address.h"
#include "base/key_ring.h"
#include "base/log.h"
#include "base/server_settings.h"
#include "base/settings_reader.h"

namespace scanlogin {

// The settings of every program, checked. The environment is their only source; docs/settings.md
// lists the variables.
struct Config {
  KeyRing keys;                        // SECRET_KEY and others (base/key_settings.h)
  std::chrono::days token_ttl{50000};  // TOKEN_TTL_DAYS
  // TOKEN_COOKIE: the name of the cookie that carries a token (api/token_cookie.h); empty: none
  // does.
  std::string token_cookie;
  int devices = 1;                    // DEVICES: sessions that a user may have at a time
  std::chrono::days session_idle{0};  // SESSION_IDLE_DAYS: unused for so long one ends; 0: never

  MysqlConfig mysql;
  RedisConfig redis;

  // FCGI_WEB_SERVER_ADDRS: who may connect to an endpoint by TCP; empty: everybody. Its name and
  // its meaning are FastCGI's (FastCGI 1.0, section 3.2).
  std::vector<IpAddress> web_servers;

  // SITE_ORIGIN: where browsers reach the site, "https://example.com", as browsers write origins
  // (base/origin.h). Providers send people to the first. Empty: wherever each request says it went.
  std::vector<std::string> site_origins;
  // CORS_ORIGINS: other origins whose pages may call the endpoints, in the same form.
  std::vector<std::string> cors_origins;
  // LOGIN_URL: the path of the site's login page.
  std::string login_url = "/login/";
  // PROVIDERS: the ways in by their names, in the order in which people are shown them. Programs
  // that ask providers check them (domain/providers/offered.h).
  std::vector<std::string> providers;
  // REQUIRE_BOUND_LOGIN: whether only logins that were begun here count
  // (domain/login/pending_login.h).
  bool require_bound_login = false;

  std::chrono::days audit_days{365};  // AUDIT_DAYS: how long user_audit remembers

  // FRAME_ANCESTORS: who may frame the success page, as CSP's frame-ancestors lists them.
  std::string frame_ancestors = "'self'";
  // TEMPLATE_DIR; directories with colons between them, of which the first that has a file wins.
  std::string template_dir = "/etc/scanlogin/templates:/usr/local/share/scanlogin/templates";
  int worker_threads = 256;            // WORKER_THREADS: at the most, started when needed
  int current_cache_entries = 200000;  // CURRENT_CACHE_ENTRIES: 0 remembers nothing
  // PROFILE_TRUST_S: for how long a user is remembered as MySQL had them, where nothing tells of a
  // change that another program makes (domain/sessions/profile_trust.h)
  std::chrono::seconds profile_trust{5};
  LogLevel log_level = LogLevel::info;     // LOG_LEVEL
  LogFormat log_format = LogFormat::text;  // LOG_FORMAT
};

// Each fault of the settings, a sentence each that begins with the variable's name. A secret's
// value is never part of it.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<std::string> faults);
  const std::vector<std::string>& faults() const noexcept { return faults_; }

 private:
  std::vector<std::string> faults_;
};

// Reads what a program needs beyond Config, with the same reader: its faults are Config's.
using ReadMore = std::function<void(SettingsReader&)>;

// PROVIDERS as Config has it, also where it names none.
std::vector<std::string> read_provider_names(SettingsReader& settings);

// Reads the settings. A variable that is set to nothing counts as not set. A secret NAME can be
// given as NAME_FILE, a file's path: its content, less one line end, is the value; both at once
// is a fault. Throws ConfigError with all faults, not just the first.
Config read_config(const Environment& environment, const ReadMore& read_more = {});

}  // namespace scanlogin
