#pragma once

#include "base/server_settings.h"
#include "clients/mysql_connection.h"
#include "domain/check/finding.h"

namespace scanlogin::check {

// Each server of MYSQL_HOST and MYSQL_READER_HOST: whether it lets the programs in, what it is, its
// clock; and, at the first that takes writes, the rights and the tables. Each server takes a few
// seconds at the most where it does not answer.
Findings check_mysql(const MysqlConfig& config);

// Whether the tables and columns are there that scanlogin uses (sql/schema.sql), and the keys that
// keep them right. Throws mysql::Failure.
Findings check_schema(mysql::Connection& connection);

// Whether MYSQL_USER may do what sql/grants.sql allows. Each is tried on no row, and rolled back.
Findings check_rights(mysql::Connection& connection);

}  // namespace scanlogin::check
