#pragma once

#include <mysql.h>

#include <string>
#include <vector>

#include "base/handle.h"
#include "clients/mysql_connection.h"

namespace scanlogin::mysql {

// One prepared statement of one connection. Private to lib/clients. Every method throws Failure.
class Statement {
 public:
  Statement(MYSQL& mysql, const std::string& sql);

  void execute(const Parameters& parameters);
  // All rows of the last execute(), which must have been of a SELECT.
  std::vector<Row> rows();
  std::int64_t insert_id() const;

 private:
  Row read_row(unsigned columns);
  void check(int failed) const;

  Handle<MYSQL_STMT, mysql_stmt_close> statement_;
};

}  // namespace scanlogin::mysql
