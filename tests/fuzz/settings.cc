// The settings, a line NAME=VALUE each. NAME_FILE names a file that holds VALUE, in which '|' is a
// line end; but for VALUE - it names one that is not there, and for / a directory. VERIFY_KEY_FILES
// names several, with commas between.

#include <sys/mman.h>
#include <unistd.h>

#include <map>
#include <set>

#include "base/config.h"
#include "base/descriptor.h"
#include "base/origin.h"
#include "base/text.h"
#include "domain/providers/weixin_settings.h"
#include "fuzz/fuzz.h"
#include "server/page.h"

namespace scanlogin {
namespace {

using fuzz::check;

// Stands in every secret, so that it can be told where one shows up.
constexpr std::string_view kMark = "§";
const std::set<std::string> kSecrets = {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "WX_SECRET",
                                        "MYSQL_PASSWORD", "REDIS_PASSWORD"};

std::string marked(std::string_view secret) {
  return secret.empty() ? "" : std::string(kMark) + std::string(secret);
}

// A file in memory: the fuzzer leaves nothing behind, and reads nothing of the machine's.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& content) : fd_(memfd_create("secret", MFD_CLOEXEC)) {
    check(write(fd_.get(), content.data(), content.size()) == ssize_t(content.size()),
          "memory takes the file");
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }

 private:
  Descriptor fd_;
};

class Variables {
 public:
  explicit Variables(fuzz::Input input) {
    while (!input.empty()) {
      const std::string_view line = input.line();
      const std::size_t equals = line.find('=');
      if (equals == std::string_view::npos) continue;
      add(std::string(line.substr(0, equals)), std::string(line.substr(equals + 1)));
    }
  }

  Environment environment() {
    return [this](const std::string& name) -> std::optional<std::string> {
      asked_.insert(name);
      const auto found = values_.find(name);
      if (found == values_.end()) return std::nullopt;
      return found->second;
    };
  }
  bool was_asked(const std::string& name) const { return asked_.contains(name); }

 private:
  void add(const std::string& name, const std::string& value) {
    values_[name] = name.ends_with("_FILE")      ? path_for(value)
                    : name == "VERIFY_KEY_FILES" ? paths_for(value)
                    : kSecrets.contains(name)    ? marked(value)
                                                 : value;
  }

  std::string paths_for(const std::string& values) {
    std::string paths;
    for (const std::string_view value : split(values, ",")) {
      paths += path_for(std::string(value)) + ",";
    }
    return paths;
  }

  std::string path_for(const std::string& value) {
    if (value == "-") return "/nonexistent/secret";
    if (value == "/" || value.empty()) return value;
    std::string content = marked(value);
    std::replace(content.begin(), content.end(), '|', '\n');
    return files_.emplace_back(content).path();
  }

  std::map<std::string, std::string> values_;
  std::vector<MemoryFile> files_;
  std::set<std::string> asked_;
};

void check_url(std::string_view url) {
  check(url.starts_with("http://") || url.starts_with("https://"), "a URL is of the web");
  check(!fuzz::has_control(url) && url.find_first_of(" ?#@\"'<>\\;,") == std::string_view::npos,
        "a URL can be quoted");
}

void check_numbers(const Config& config) {
  const auto in = [](auto value, auto least, auto most) { return value >= least && value <= most; };
  for (const int port : {config.mysql.servers.at(0).port, config.redis.address.port}) {
    check(in(port, 1, 65535), "a port is a port");
  }
  check(in(config.redis.db, 0, 65535), "a Redis database has a number");
  check(in(config.token_ttl.count(), 1, 365000), "a token lives for days");
  check(in(config.audit_days.count(), 1, 365000), "the audit log remembers for days");
  check(in(config.worker_threads, 1, 1024), "there is a thread");
  check(in(config.current_cache_entries, 0, 10000000), "a cache is bounded");
}

void check_weixin(const weixin::Settings& weixin) {
  check(!weixin.appid.empty() && !weixin.secret.empty(), "WeChat wants both");
  check_url(weixin.api_base);
  check(!weixin.api_base.ends_with('/'), "a path can be put behind the API's address");
  check_url(weixin.js_url);
  check(weixin.timeout.count() >= 100 && weixin.timeout.count() <= 60000,
        "WeChat has a minute at the most");
}

void check_origins(const std::vector<std::string>& origins) {
  for (const std::string& text : origins) {
    check_url(text);
    const auto origin = parse_origin(text);
    check(origin && to_text(*origin) == text, "an origin is as browsers write it");
    check(std::count(origins.begin(), origins.end(), text) == 1, "an origin is listed once");
  }
}

void check_config(const Config& config) {
  check(!config.keys.secrets().empty(), "there is a key");
  for (const std::string& key : config.keys.secrets()) {
    check(key.size() >= 32 && !fuzz::has_control(key), "a key has 32 bytes, none a control");
  }
  const std::string jwks = config.keys.jwks().text();
  check(jwks.find(kMark) == std::string::npos && jwks.find("\"d\"") == std::string::npos,
        "public keys are public");
  check_origins(config.site_origins);
  check_origins(config.cors_origins);
  check_numbers(config);
  const std::string head = head_of(html_page("", config.frame_ancestors));
  check(head.find("frame-ancestors " + config.frame_ancestors) != std::string::npos &&
            config.frame_ancestors.find(';') == std::string::npos,
        "the frame's ancestors can be sent, and nothing else with them");
}

void check_faults(const ConfigError& error, const Variables& variables) {
  check(!error.faults().empty(), "who refuses says why");
  for (const std::string& fault : error.faults()) {
    check(variables.was_asked(fault.substr(0, fault.find(' '))), "a fault names its variable");
    check(!fuzz::has_control(fault), "a fault is one line");
    check(fault.find(kMark) == std::string::npos, "no secret is part of a fault");
  }
}

void read(Variables& variables, bool with_weixin) {
  weixin::Settings weixin;
  const ReadMore read_weixin = [&](SettingsReader& reader) {
    weixin = weixin::read_settings(reader);
  };
  try {
    check_config(read_config(variables.environment(), with_weixin ? read_weixin : ReadMore()));
    if (with_weixin) check_weixin(weixin);
  } catch (const ConfigError& error) {
    check_faults(error, variables);
  }
}

}  // namespace
}  // namespace scanlogin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scanlogin::Variables variables{scanlogin::fuzz::Input(data, size)};
  scanlogin::read(variables, true);
  scanlogin::read(variables, false);
  return 0;
}
