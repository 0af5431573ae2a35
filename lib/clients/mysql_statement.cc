#include "clients/mysql_statement.h"

#include <memory>
#include <new>
#include <type_traits>

namespace scanlogin::mysql {
namespace {

// my_bool with MariaDB's client library, bool with MySQL's.
using Flag = std::remove_pointer_t<decltype(MYSQL_BIND::is_null)>;

// What MySQL is to read for one parameter; points into the parameter.
MYSQL_BIND bind_of(const Parameter& parameter) {
  MYSQL_BIND bind{};
  if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
    bind.buffer_type = MYSQL_TYPE_LONGLONG;
    bind.buffer = const_cast<std::int64_t*>(number);
  } else if (const auto* text = std::get_if<std::string_view>(&parameter)) {
    bind.buffer_type = MYSQL_TYPE_STRING;
    bind.buffer = const_cast<char*>(text->data());
    bind.buffer_length = text->size();
  } else {
    bind.buffer_type = MYSQL_TYPE_NULL;
  }
  return bind;
}

}  // namespace

Statement::Statement(MYSQL& mysql, const std::string& sql) : statement_(mysql_stmt_init(&mysql)) {
  if (!statement_) throw std::bad_alloc();
  check(mysql_stmt_prepare(statement_.get(), sql.data(), sql.size()));
}

void Statement::check(int failed) const {
  if (failed == 0) return;
  throw Failure(mysql_stmt_errno(statement_.get()), mysql_stmt_error(statement_.get()));
}

void Statement::execute(const Parameters& parameters) {
  if (mysql_stmt_param_count(statement_.get()) != parameters.size()) {
    throw Error(ErrorKind::internal, "a statement got the wrong number of parameters");
  }
  std::vector<MYSQL_BIND> binds;
  binds.reserve(parameters.size());
  for (const Parameter& parameter : parameters) binds.push_back(bind_of(parameter));
  if (!binds.empty()) check(mysql_stmt_bind_param(statement_.get(), binds.data()));
  check(mysql_stmt_execute(statement_.get()));
}

std::vector<Row> Statement::rows() {
  check(mysql_stmt_store_result(statement_.get()));
  const Handle<MYSQL_STMT, mysql_stmt_free_result> result(statement_.get());
  const unsigned columns = mysql_stmt_field_count(statement_.get());
  std::vector<Row> rows;
  for (std::uint64_t left = mysql_stmt_num_rows(statement_.get()); left > 0; --left) {
    rows.push_back(read_row(columns));
  }
  return rows;
}

// Fetched twice: without a buffer to learn each column's length, then each into its string.
Row Statement::read_row(unsigned columns) {
  std::vector<MYSQL_BIND> binds(columns);
  std::vector<unsigned long> lengths(columns);
  const auto nulls = std::make_unique<Flag[]>(columns);
  for (unsigned i = 0; i < columns; ++i) {
    binds[i].buffer_type = MYSQL_TYPE_STRING;
    binds[i].length = &lengths[i];
    binds[i].is_null = &nulls[i];
  }
  check(mysql_stmt_bind_result(statement_.get(), binds.data()));
  const int fetched = mysql_stmt_fetch(statement_.get());
  if (fetched != 0 && fetched != MYSQL_DATA_TRUNCATED) check(1);
  Row row(columns);
  for (unsigned i = 0; i < columns; ++i) {
    if (nulls[i]) continue;
    row[i].emplace(lengths[i], '\0');
    binds[i].buffer = row[i]->data();
    binds[i].buffer_length = lengths[i];
    if (lengths[i] > 0) check(mysql_stmt_fetch_column(statement_.get(), &binds[i], i, 0));
  }
  return row;
}

std::int64_t Statement::insert_id() const {
  return static_cast<std::int64_t>(mysql_stmt_insert_id(statement_.get()));
}

}  // namespace scanlogin::mysql
