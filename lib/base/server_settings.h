#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/settings_reader.h"

namespace scanlogin {

// Where a server listens: a unix socket when `socket` is not empty, else host and port. A host is a
// name, or an IPv4 or IPv6 address without brackets.
struct ServerAddress {
  std::string host = "127.0.0.1";
  int port = 0;
  std::string socket = "";
};

// "host:port", "[::1]:port" (RFC 3986 section 3.2.2), or the path of a socket: for people to read.
std::string to_text(const ServerAddress& address);
// The same of each, with commas between them.
std::string to_text(const std::vector<ServerAddress>& addresses);

// "db1", "db1:3307", "10.0.0.1", "::1", "[::1]:3307": a host without a port has `port`. Nothing for
// what is none of these.
std::optional<ServerAddress> parse_server_address(std::string_view text, int port);

struct MysqlConfig {
  // MYSQL_HOST with MYSQL_PORT, or MYSQL_SOCKET: asked in this order for one that takes writes. At
  // least one.
  std::vector<ServerAddress> servers = std::vector(1, ServerAddress{.port = 3306});
  // MYSQL_READER_HOST: what an admin's lists are read from, in the same way; empty: `servers`.
  std::vector<ServerAddress> readers;
  std::string user = "scanlogin";      // MYSQL_USER
  std::string password;                // MYSQL_PASSWORD or MYSQL_PASSWORD_FILE
  std::string database = "scanlogin";  // MYSQL_DATABASE

  enum class Tls {
    none,
    preferred,  // where the server has it; nobody is checked
    required,   // no connection without it; nobody is checked
    verify,     // the server's certificate and name are checked too
  };
  Tls tls = Tls::none;  // MYSQL_TLS
  std::string ca_file;  // MYSQL_CA_FILE; empty: the system's authorities
};

struct RedisConfig {
  ServerAddress address{.port = 6379};  // REDIS_HOST, REDIS_PORT, REDIS_SOCKET
  std::string user;                     // REDIS_USER; empty: Redis's default user
  std::string password;                 // REDIS_PASSWORD or REDIS_PASSWORD_FILE; empty: no AUTH
  int db = 0;                           // REDIS_DB

  // REDIS_SENTINELS: who knows where the master is; `address` means nothing then.
  std::vector<ServerAddress> sentinels;
  std::string master_name;        // REDIS_MASTER_NAME: the master's at the Sentinels
  std::string sentinel_password;  // REDIS_SENTINEL_PASSWORD, or …_FILE; empty: no AUTH

  // REDIS_CLUSTER: whether keys that one command names have to share a hash tag.
  bool cluster = false;
  // REDIS_WAIT_REPLICAS: how many replicas have to have what was written before it counts.
  int wait_replicas = 0;

  bool tls = false;       // REDIS_TLS
  std::string ca_file;    // REDIS_CA_FILE; empty: the system's authorities
  std::string cert_file;  // REDIS_CERT_FILE and
  std::string key_file;   // REDIS_KEY_FILE: the client's own; both or none
};

// Where Redis is to be found: an address, or "mymaster at s1:26379,s2:26379". For people to read.
std::string to_text(const RedisConfig& config);

MysqlConfig read_mysql(SettingsReader& settings);
RedisConfig read_redis(SettingsReader& settings);

}  // namespace scanlogin
