#include "base/server_settings.h"

#include <algorithm>

#include "base/certificates.h"
#include "base/ip_address.h"
#include "base/text.h"

namespace scanlogin {
namespace {

constexpr int kMostPort = 65535;
constexpr int kMostReplicas = 16;
constexpr std::size_t kLongestHost = 253;  // RFC 1035 section 2.3.4, less the final dot
constexpr std::size_t kMostServers = 16;

bool is_ipv6(const std::string& host) {
  return host.find(':') != std::string::npos && parse_ip_address(host).has_value();
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= kLongestHost && host.front() != '-' &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
         });
}

// A list of servers, separated by commas or blanks.
std::vector<ServerAddress> read_servers(SettingsReader& settings, const std::string& name,
                                        const std::string& fallback, int port) {
  std::vector<ServerAddress> servers;
  const std::string value = settings.text(name, fallback);
  const auto entries = split(value, ", ");
  if (entries.empty() && !value.empty()) settings.fault(name, "names no server");
  for (const std::string_view entry : entries) {
    if (const auto server = parse_server_address(entry, port)) {
      servers.push_back(*server);
    } else {
      settings.fault(name, "names " + std::string(entry) + ", which is no host, nor host:port");
    }
  }
  if (servers.size() > kMostServers) {
    settings.fault(name, "names more than " + std::to_string(kMostServers) + " servers");
  }
  return servers;
}

// Of one host; a list of several where a program can make use of it.
std::vector<ServerAddress> read_addresses(SettingsReader& settings, const std::string& prefix,
                                          const ServerAddress& fallback) {
  const int port = settings.integer(prefix + "_PORT", fallback.port, 1, kMostPort);
  std::vector<ServerAddress> servers =
      read_servers(settings, prefix + "_HOST", fallback.host, port);
  if (servers.empty()) servers.push_back({.host = fallback.host, .port = port});
  const std::string socket = settings.text(prefix + "_SOCKET", fallback.socket);
  if (!socket.empty()) servers = {{.port = port, .socket = socket}};
  return servers;
}

std::string read_ca_file(SettingsReader& settings, const std::string& name, bool used,
                         const std::string& user) {
  std::string path = settings.text(name, "");
  if (path.empty()) return path;
  if (!used) {
    settings.fault(name, "means nothing without " + user);
  } else if (!holds_certificates(path)) {
    settings.fault(name, "names no file with certificates in PEM form: " + path);
  }
  return path;
}

MysqlConfig::Tls read_mysql_tls(SettingsReader& settings) {
  const std::string value = settings.text("MYSQL_TLS", "");
  if (value == "preferred") return MysqlConfig::Tls::preferred;
  if (value == "required") return MysqlConfig::Tls::required;
  if (value == "verify") return MysqlConfig::Tls::verify;
  if (!value.empty()) settings.fault("MYSQL_TLS", "must be preferred, required or verify");
  return MysqlConfig::Tls::none;
}

void read_sentinels(SettingsReader& settings, RedisConfig& redis) {
  constexpr int kSentinelPort = 26379;
  redis.sentinels = read_servers(settings, "REDIS_SENTINELS", "", kSentinelPort);
  redis.master_name = settings.text("REDIS_MASTER_NAME", "");
  redis.sentinel_password = settings.secret("REDIS_SENTINEL_PASSWORD");
  if (!redis.sentinels.empty()) {
    settings.require("REDIS_MASTER_NAME", redis.master_name, "the Sentinels know masters by names");
    if (redis.cluster) settings.fault("REDIS_SENTINELS", "and REDIS_CLUSTER exclude one another");
    if (!redis.address.socket.empty()) {
      settings.fault("REDIS_SOCKET", "and REDIS_SENTINELS exclude one another");
    }
  } else if (!redis.master_name.empty()) {
    settings.fault("REDIS_MASTER_NAME", "means nothing without REDIS_SENTINELS");
  } else if (!redis.sentinel_password.empty()) {
    settings.fault("REDIS_SENTINEL_PASSWORD", "means nothing without REDIS_SENTINELS");
  }
}

void read_redis_tls(SettingsReader& settings, RedisConfig& redis) {
  redis.tls = settings.integer("REDIS_TLS", 0, 0, 1) == 1;
  redis.ca_file = read_ca_file(settings, "REDIS_CA_FILE", redis.tls, "REDIS_TLS=1");
  redis.cert_file = settings.text("REDIS_CERT_FILE", "");
  redis.key_file = settings.text("REDIS_KEY_FILE", "");
  if (redis.cert_file.empty() != redis.key_file.empty()) {
    settings.fault("REDIS_CERT_FILE", "and REDIS_KEY_FILE belong together");
  } else if (!redis.cert_file.empty() && !redis.tls) {
    settings.fault("REDIS_CERT_FILE", "means nothing without REDIS_TLS=1");
  }
#ifdef SCANLOGIN_REDIS_TLS
  if (redis.tls && !redis.address.socket.empty()) {
    settings.fault("REDIS_TLS", "is for TCP, and REDIS_SOCKET is set");
  }
#else
  if (redis.tls) {
    settings.fault("REDIS_TLS",
                   "cannot be had: this was built with a hiredis older than 1.0; docs/cluster.md "
                   "shows how stunnel or nginx gives REDIS_SOCKET a connection with TLS");
  }
#endif
}

}  // namespace

std::string to_text(const ServerAddress& address) {
  if (!address.socket.empty()) return address.socket;
  const bool bracketed = address.host.find(':') != std::string::npos;
  return (bracketed ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::string to_text(const std::vector<ServerAddress>& addresses) {
  std::string text;
  for (const ServerAddress& address : addresses) {
    text += (text.empty() ? "" : ",") + to_text(address);
  }
  return text;
}

std::string to_text(const RedisConfig& config) {
  if (config.sentinels.empty()) return to_text(config.address);
  return config.master_name + " at " + to_text(config.sentinels);
}

std::optional<ServerAddress> parse_server_address(std::string_view text, int port) {
  std::string host(text);
  if (is_ipv6(host)) return ServerAddress{.host = std::move(host), .port = port};
  const std::size_t colon = host.rfind(':');
  const bool bracketed = host.starts_with('[');
  if (bracketed ? colon != std::string::npos && host[colon - 1] == ']' : colon != host.npos) {
    const auto number = whole_number(std::string_view(host).substr(colon + 1));
    if (!number || *number < 1 || *number > kMostPort) return std::nullopt;
    port = static_cast<int>(*number);
    host.resize(colon);
  }
  if (bracketed) {
    if (!host.ends_with(']')) return std::nullopt;
    host = host.substr(1, host.size() - 2);
    if (!is_ipv6(host)) return std::nullopt;
  } else if (!is_host(host)) {
    return std::nullopt;
  }
  return ServerAddress{.host = std::move(host), .port = port};
}

MysqlConfig read_mysql(SettingsReader& settings) {
  MysqlConfig mysql;
  mysql.servers = read_addresses(settings, "MYSQL", mysql.servers.front());
  mysql.readers = read_servers(settings, "MYSQL_READER_HOST", "", mysql.servers.front().port);
  mysql.user = settings.text("MYSQL_USER", mysql.user);
  mysql.password = settings.secret("MYSQL_PASSWORD");
  mysql.database = settings.text("MYSQL_DATABASE", mysql.database);
  mysql.tls = read_mysql_tls(settings);
  mysql.ca_file = read_ca_file(settings, "MYSQL_CA_FILE", mysql.tls == MysqlConfig::Tls::verify,
                               "MYSQL_TLS=verify");
  return mysql;
}

RedisConfig read_redis(SettingsReader& settings) {
  RedisConfig redis;
  const std::vector<ServerAddress> servers = read_addresses(settings, "REDIS", redis.address);
  redis.address = servers.front();
  if (servers.size() > 1) settings.fault("REDIS_HOST", "names more than one server");
  redis.user = settings.text("REDIS_USER", "");
  redis.password = settings.secret("REDIS_PASSWORD");
  if (!redis.user.empty()) {
    settings.require("REDIS_PASSWORD", redis.password, "REDIS_USER logs in with it");
  }
  redis.db = settings.integer("REDIS_DB", redis.db, 0, 65535);
  redis.cluster = settings.integer("REDIS_CLUSTER", 0, 0, 1) == 1;
  if (redis.cluster && redis.db != 0) settings.fault("REDIS_DB", "must be 0 in a cluster");
  redis.wait_replicas = settings.integer("REDIS_WAIT_REPLICAS", 0, 0, kMostReplicas);
  read_sentinels(settings, redis);
  read_redis_tls(settings, redis);
  return redis;
}

}  // namespace scanlogin
