# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.bash, and for the tests
# Sourced, after setup.bash, by the tests of what is in sql/.
#
#   db_new CHARSET [EDIT…]       makes the database $DB with what Django made; EDIT: sed's, of http/data/django.sql
#   db_sql SQL                   prints the answer, or the error
#   sql_file FILE [INIT]         runs sql/FILE on it; sets $said (what the client wrote) and $ended (its status)
#   migrate                      runs all migrations, by MySQL's client; they must succeed
#   migration ARG…               scanlogin-migrate on it, as root; sets $said, $complained and $ended
#   shape DATABASE [number]      prints columns, keys, foreign keys and tables, in a form that does not know names of keys
#                                and, but for oauth_id, collations; with `number`, not which whole number an id is
#   rows                         prints all that Django stored, the same before and after the migrations
#   whole                        prints definitions and rows of all tables: what may not have changed

DB=site
db_sql() { mysql_admin "$DB" -e "$1" 2>&1; }
db_new() { # CHARSET [EDIT…]
  mysql_admin -e "DROP DATABASE IF EXISTS $DB; CREATE DATABASE $DB CHARACTER SET $1"
  sed -f <(printf '%s\n' "${@:2}") "$STACK_ROOT/tests/http/data/django.sql" | mysql_admin "$DB" ||
    fail "no database of Django's"
}
sql_file() { # FILE [INIT]
  ended=0
  said=$(mysql_admin ${2:+--init-command="$2"} "$DB" < "$STACK_ROOT/sql/$1" 2>&1) || ended=$?
}
migrate() {
  local file
  for file in "$STACK_ROOT"/sql/migrations/*.sql; do
    sql_file "migrations/${file##*/}"
    assert_eq "what ${file##*/} says" '0 ' "$ended $said"
  done
}
migration() { # ARG…
  ended=0
  said=$(mysql_migrate "$DB" "$@" 2> "$test_dir/complained") || ended=$?
  complained=$(< "$test_dir/complained")
}

shape() { # DATABASE [number]
  local number='x' # matches no type
  [[ -z ${2:-} ]] || number='int|bigint'
  mysql_admin information_schema -e "
    SELECT 'column', TABLE_NAME, COLUMN_NAME, IF(DATA_TYPE REGEXP '^($number)\$', 'number', COLUMN_TYPE), IS_NULLABLE,
           COALESCE(COLUMN_DEFAULT, '-'), COALESCE(CHARACTER_SET_NAME, '-'),
           IF(COLUMN_NAME = 'oauth_id', COLLATION_NAME, '-'), EXTRA
      FROM COLUMNS WHERE TABLE_SCHEMA = '$1' AND TABLE_NAME IN ('user_user', 'user_oauth', 'user_audit', 'scanlogin_schema')
       AND COLUMN_NAME <> 'school' ORDER BY 2, 3; -- a site's own
    SELECT 'key', TABLE_NAME, NON_UNIQUE, GROUP_CONCAT(COLUMN_NAME, COALESCE(SUB_PART, '') ORDER BY SEQ_IN_INDEX) AS c
      FROM STATISTICS WHERE TABLE_SCHEMA = '$1' AND TABLE_NAME IN ('user_user', 'user_oauth', 'user_audit', 'scanlogin_schema')
     GROUP BY TABLE_NAME, INDEX_NAME, NON_UNIQUE ORDER BY 2, 4;
    SELECT 'foreign', k.TABLE_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE
      FROM KEY_COLUMN_USAGE k JOIN REFERENTIAL_CONSTRAINTS r USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME)
     WHERE k.TABLE_SCHEMA = '$1' AND k.TABLE_NAME IN ('user_user', 'user_oauth', 'user_audit', 'scanlogin_schema') ORDER BY 2, 3;
    SELECT 'table', TABLE_NAME, ENGINE, ROW_FORMAT, SUBSTRING_INDEX(TABLE_COLLATION, '_', 1)
      FROM TABLES WHERE TABLE_SCHEMA = '$1' AND TABLE_NAME IN ('user_user', 'user_oauth', 'user_audit', 'scanlogin_schema') ORDER BY 2" |
    sed 's/ RESTRICT$/ NO ACTION/'
}
has_column() { [[ $(db_sql "SHOW COLUMNS FROM $1 LIKE '$2'") ]]; }
rows() {
  local avatar=avatar phone=phone
  ! has_column user_user avatar_url || avatar=avatar_url
  ! has_column user_user phone_number || phone=phone_number
  db_sql "SELECT id, password, CAST(last_login AS DATETIME(6)), is_superuser, username, COALESCE(first_name, ''),
                 COALESCE(last_name, ''), COALESCE(email, ''), is_staff, is_active + 0, CAST(date_joined AS DATETIME(6)),
                 COALESCE(nickname, ''), COALESCE($avatar, ''), COALESCE(gender, ''), COALESCE($phone, '')
            FROM user_user ORDER BY id;
          SELECT id, oauth_type, oauth_id, CAST(created_time AS DATETIME(6)), user_id FROM user_oauth ORDER BY id;
          SELECT * FROM user_user_groups; SELECT * FROM django_admin_log; SELECT * FROM authtoken_token"
}
whole() {
  local table
  for table in $(db_sql 'SHOW TABLES'); do db_sql "SHOW CREATE TABLE $table; SELECT * FROM $table ORDER BY 1"; done
  db_sql "SHOW PROCEDURE STATUS WHERE Db = '$DB'; SHOW FUNCTION STATUS WHERE Db = '$DB'"
}
