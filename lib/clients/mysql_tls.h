#pragma once

#include <mysql.h>

#include "base/server_settings.h"

namespace scanlogin::mysql {

// MYSQL_TLS, before connecting. Private to lib/clients.
void set_tls(MYSQL& mysql, const MysqlConfig& config);

// After it. Throws Failure where the connection has to be encrypted and is not.
void check_tls(MYSQL& mysql, const MysqlConfig& config, const ServerAddress& address);

}  // namespace scanlogin::mysql
