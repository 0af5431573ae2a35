#include "clients/mysql_tls.h"

#include <errmsg.h>

#include "base/certificates.h"
#include "clients/mysql_failure.h"

namespace scanlogin::mysql {
namespace {

using Tls = MysqlConfig::Tls;

// Always somebody: without an authority MySQL's library refuses to verify, and MariaDB's, from 3.4
// on, takes any certificate of a server that knows the password.
void set_authorities(MYSQL& mysql, const std::string& ca_file) {
  if (!ca_file.empty()) {
    mysql_options(&mysql, MYSQL_OPT_SSL_CA, ca_file.c_str());
    return;
  }
  static const Authorities authorities = default_authorities();
  mysql_options(&mysql, authorities.hashed ? MYSQL_OPT_SSL_CAPATH : MYSQL_OPT_SSL_CA,
                authorities.path.c_str());
}

}  // namespace

#ifdef MARIADB_BASE_VERSION

namespace {

// The ways to log in by which whoever listens does not learn the password. MariaDB's library knows
// no "TLS or nothing": at a server without TLS it logs in unencrypted, and only then can that be
// seen. So a server that nobody has checked is not given the password itself.
constexpr const char* kSecretKeeping =
    "mysql_native_password,client_ed25519,parsec,caching_sha2_password,sha256_password,"
    "auth_gssapi_client";

}  // namespace

void set_tls(MYSQL& mysql, const MysqlConfig& config) {
  const my_bool wanted = config.tls == Tls::none ? 0 : 1;
  const my_bool verified = config.tls == Tls::verify ? 1 : 0;
  mysql_options(&mysql, MYSQL_OPT_SSL_ENFORCE, &wanted);
  mysql_options(&mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verified);
  if (config.tls == Tls::required) {
    mysql_options(&mysql, MARIADB_OPT_RESTRICTED_AUTH, kSecretKeeping);
  }
  if (config.tls == Tls::verify) set_authorities(mysql, config.ca_file);
}

#else

void set_tls(MYSQL& mysql, const MysqlConfig& config) {
  if (config.tls == Tls::none) return;
  const unsigned mode = config.tls == Tls::preferred  ? SSL_MODE_PREFERRED
                        : config.tls == Tls::required ? SSL_MODE_REQUIRED
                                                      : SSL_MODE_VERIFY_IDENTITY;
  mysql_options(&mysql, MYSQL_OPT_SSL_MODE, &mode);
  if (config.tls == Tls::verify) set_authorities(mysql, config.ca_file);
}

#endif

void check_tls(MYSQL& mysql, const MysqlConfig& config, const ServerAddress& address) {
  const bool needed = config.tls == Tls::required || config.tls == Tls::verify;
  if (needed && mysql_get_ssl_cipher(&mysql) == nullptr) {
    throw Failure(CR_SSL_CONNECTION_ERROR,
                  "TLS is required, and there is none at " + to_text(address));
  }
}

}  // namespace scanlogin::mysql
