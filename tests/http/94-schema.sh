#!/bin/bash
# sql/schema.sql is what sql/migrations make of an empty database: the same definitions to the letter, and its text is what
# `make schema` writes.
# Not part of make check under asan: what it runs is SQL.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/migrations.bash"

mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
definitions() { # DATABASE
  local table
  for table in $(mysql_admin "$1" -e 'SHOW TABLES'); do mysql_admin --raw "$1" -e "SHOW CREATE TABLE $table"; done
}

it "an empty database, after all migrations, has the definitions of schema.sql"
mysql_admin -e "CREATE DATABASE $DB CHARACTER SET utf8mb4"
migrate
assert_contains "what schema.sql makes" 'user_audit' "$(definitions scanlogin)"
assert_eq "what differs from schema.sql" '' "$(diff <(definitions scanlogin) <(definitions $DB))"

it "a second time they change nothing"
migrate
assert_eq "what differs from schema.sql" '' "$(diff <(definitions scanlogin) <(definitions $DB))"

it "on a database that schema.sql made they change nothing"
mysql_admin -e "DROP DATABASE $DB; CREATE DATABASE $DB CHARACTER SET utf8mb4"
sql_file schema.sql
assert_eq "what it says" '0 ' "$ended $said"
migrate
assert_eq "what differs from schema.sql" '' "$(diff <(definitions scanlogin) <(definitions $DB))"

it "its text is what make schema writes"
made=$test_dir/schema.sql
TMPDIR=$test_dir "$STACK_ROOT/tools/schema" > "$made" || fail "tools/schema ended with $?"
assert_eq "what \`make schema\` would change" '' "$(diff "$STACK_ROOT/sql/schema.sql" "$made")"
