#!/bin/bash
# sql/migrations on tables as sites really have them: they end like sql/schema.sql and keep every row, or they say what
# to do and change nothing; twice, after an interruption at any statement, and people log in on the result.
# shellcheck disable=SC2016 # the backquotes are MySQL's
# Not part of make check under asan: what it runs is SQL.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/migrations.bash"

start_stack login-wx login-wx-callback current admin-users
# With `number` an id may be any whole number: it keeps the type it has.
assert_schema() { # [number]
  assert_eq "what differs from schema.sql" '' "$(diff <(shape scanlogin "$@") <(shape $DB "$@"))"
}
for table in user_user user_oauth user_audit; do
  mysql_admin -e "CREATE DATABASE IF NOT EXISTS $DB; CREATE TABLE $DB.$table (id int);
                  GRANT SELECT, INSERT, UPDATE, DELETE ON $DB.$table TO scanlogin@localhost"
done
mysql_admin -e "CREATE TABLE $DB.scanlogin_schema (id int); GRANT SELECT ON $DB.scanlogin_schema TO scanlogin@localhost"
log_in "$(code person=known)"
UNIONID=$(mysql_q "SELECT oauth_id FROM user_oauth WHERE oauth_type = 'weixin'")
OTHER_CASE=$(tr a-f A-F <<< "$UNIONID")

# A starting state: what it is called, the database's character set, SQL that is run on it, and edits of what Django made.
migrates() { # WHAT CHARSET SQL [EDIT…]
  local before
  it "$1"
  db_new "$2" "${@:4}"
  [[ -z $3 ]] || assert_eq "what making it says" '' "$(db_sql "$3")"
  before=$(rows)
  migrate
  assert_schema number
  assert_eq "the rows" "$before" "$(rows)"
  before=$(whole)
  migrate
  assert_eq "after a second time" "$before" "$(whole)"
}

# The one who is known is found, who has the same id in other letters is another one, and somebody new comes with an emoji.
people_log_in() {
  local name
  mysql_admin "$DB" -e "UPDATE user_oauth SET oauth_id = '$UNIONID' WHERE id = 1;
    UPDATE user_oauth SET oauth_id = '$OTHER_CASE' WHERE id = 5; UPDATE user_user SET is_active = 1 WHERE id = 7"
  redis_q FLUSHALL > /dev/null
  migration up # which the programs want to see on record
  assert_eq "what scanlogin-migrate says" '0 ' "$ended $complained"
  setting "MYSQL_DATABASE=$DB"
  for name in login-wx current admin-users; do endpoint_replace "$name" || fail "no $name on it"; done
  log_in "$(code person=known)"
  assert_eq "the user of the known" 2 "$user"
  log_in "$(code "raw-unionid=$(b64 "$OTHER_CASE")")"
  assert_eq "the user of the other case" 7 "$user"
  log_in "$(code "nickname=$(b64 '🐼熊猫')")"
  current "$token"
  assert_json .data.nickname '🐼熊猫'
  mysql_admin "$DB" -e "UPDATE user_user SET is_staff = 1 WHERE id = $user"
  ADMIN=$token
  for name in id username nickname phone_number date_joined last_login; do
    admin GET "users/?ordering=$name&q=138"
    assert_json '.data.items | map(.id)' '[2]'
  done
}

BIG='s/int(11)/bigint(20)/'
NEW_NAMES=('s/`avatar`/`avatar_url`/' 's/`phone`/`phone_number`/'
  's/^  `created_time` datetime(6) NOT NULL,/&\n  `last_mod_time` datetime(6) NOT NULL DEFAULT "2021-05-01",/')

migrates "as Django makes them" utf8mb4 ''
assert_eq "last_mod_time, where there was none" 0 "$(db_sql 'SELECT COUNT(*) FROM user_oauth WHERE last_mod_time <> created_time')"
people_log_in
migrates "with BigAutoField" utf8mb4 '' "$BIG"
assert_schema
migrates "with the other names, and last_mod_time" utf8mb4 '' "${NEW_NAMES[@]}"
assert_eq "last_mod_time" '2021-05-01 00:00:00.000000' "$(db_sql 'SELECT MIN(last_mod_time) FROM user_oauth')"
migrates "ROW_FORMAT=COMPACT" utf8mb4 '' 's/ENGINE=InnoDB/& ROW_FORMAT=COMPACT/'
people_log_in
migrates "ROW_FORMAT=REDUNDANT" utf8mb4 '' 's/ENGINE=InnoDB/& ROW_FORMAT=REDUNDANT/'
migrates "born in MyISAM" utf8mb4 '' 's/ENGINE=InnoDB/ENGINE=MyISAM/'
people_log_in
migrates "born in MyISAM, rows of fixed length, ids of several types" utf8mb4 '' 's/ENGINE=InnoDB/ENGINE=MyISAM ROW_FORMAT=FIXED/' \
  's/`user_id` int(11)/`user_id` bigint(20)/'
migrates "utf8mb3" utf8mb3 ''
migrates "latin1" latin1 ''
people_log_in
migrates "datetime without decimals" utf8mb4 '' 's/datetime(6)/datetime/'
for collation in general_ci unicode_ci bin; do
  migrates "utf8mb3_$collation" "utf8mb3 COLLATE utf8mb3_$collation" ''
  migrates "utf8mb4_$collation" "utf8mb4 COLLATE utf8mb4_$collation" ''
  assert_eq "the nickname's collation is kept" "utf8mb4_$collation" "$(mysql_admin information_schema -e "
    SELECT COLLATION_NAME FROM COLUMNS WHERE TABLE_SCHEMA = '$DB' AND TABLE_NAME = 'user_user' AND COLUMN_NAME = 'nickname'")"
done
migrates "mixed collations and character sets" latin1 '' 's/`nickname` varchar(225)/& CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci/' \
  's/`username` varchar(150)/& CHARACTER SET utf8mb3 COLLATE utf8mb3_bin/' 's/`phone` varchar(225)/& CHARACTER SET utf8mb4 COLLATE utf8mb4_bin/' \
  's/`oauth_type` varchar(10)/& CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci/' 's/`gender` varchar(225)/& CHARACTER SET gbk/'
people_log_in
migrates "usernames that differ by case alone stay apart" "utf8mb3 COLLATE utf8mb3_bin" "UPDATE user_user SET username = 'ADMIN' WHERE id = 7"
migrates "NULL, where a text or flag may have been" utf8mb4 "UPDATE user_user SET nickname = NULL, phone = NULL, first_name = NULL WHERE id = 2" \
  's/`\(first_name\|nickname\|avatar\|phone\)` varchar(\([0-9]*\)) NOT NULL/`\1` varchar(\2) NULL/'
migrates "zero dates, and a server that allows none" utf8mb4 \
  "SET sql_mode = ''; UPDATE user_user SET date_joined = 0, last_login = '2021-02-30' WHERE id = 7; UPDATE user_oauth SET created_time = 0 WHERE id = 5;
   SET GLOBAL sql_mode = 'TRADITIONAL,ANSI'"
mysql_admin -e "SET GLOBAL sql_mode = DEFAULT"
migrates "keys that are there already, under our names and others" utf8mb4 "
  ALTER TABLE user_oauth ADD UNIQUE KEY both_of_them (oauth_type, oauth_id), ADD KEY user_oauth_created_time_idx (created_time);
  ALTER TABLE user_user ADD KEY mine (phone)" 's/`oauth_id` varchar(200)/& COLLATE utf8mb4_bin/' \
  's/CONSTRAINT `user_oauth_user_id_79458be3_fk_user_user_id`/CONSTRAINT `user_oauth_user_id_fk`/'
migrates "the constraint and the unique keys under our names" utf8mb4 '' \
  's/KEY `username`/KEY `user_user_username_uniq`/' 's/`oauth_id` varchar(200)/& COLLATE utf8mb4_bin/' \
  's/^  KEY `user_oauth_user_id_79458be3_fk_user_user_id` (`user_id`),/&\n  UNIQUE KEY user_oauth_type_id_uniq (oauth_type, oauth_id),/' \
  's/CONSTRAINT `user_oauth_user_id_79458be3_fk_user_user_id`\(.*\)$/CONSTRAINT `user_oauth_user_id_fk`\1 ON DELETE CASCADE/'
migrates "other types" utf8mb4 '' 's/`nickname` varchar(225)/`nickname` longtext/' 's/`is_active` tinyint(1)/`is_active` bit(1)/' \
  's/`is_staff` tinyint(1)/`is_staff` int(11)/' "s/\`gender\` varchar(225)/\`gender\` enum('', 'm', 'f')/" 's/`password` varchar(128)/`password` char(100)/' \
  's/`last_login` datetime(6)/`last_login` timestamp(6)/'
mysql_admin -e "SET GLOBAL time_zone = '+08:00'"
it "a timestamp becomes the time in UTC, in whatever zone the server is"
db_new utf8mb4 's/`last_login` datetime(6)/`last_login` timestamp(6)/'
migrate
assert_eq "08:00 in +08:00" '2021-04-02 00:00:00.000000' "$(db_sql 'SELECT last_login FROM user_user WHERE id = 2')"
mysql_admin -e "SET GLOBAL time_zone = 'SYSTEM'"
migrates "a site's own columns and comments" utf8mb4 "
  ALTER TABLE user_user ADD school varchar(50) CHARACTER SET latin1 NULL, MODIFY nickname varchar(225) NOT NULL COMMENT '昵称''s'"
assert_contains "the comment" "COMMENT '昵称''s'" "$(db_sql 'SHOW CREATE TABLE user_user')"


it "columns that are missing, and have a value that goes without saying"
db_new utf8mb4 '/^INSERT INTO user_user/,/;$/d' '/^INSERT INTO/,/;$/d'
db_sql 'ALTER TABLE user_user DROP first_name, DROP is_staff, DROP last_login, DROP phone'
migrate
assert_schema number

it "0002 and 0004 alone, on what an earlier schema.sql made"
mysql_admin -e "DROP DATABASE $DB; CREATE DATABASE $DB"
mysql_admin "$DB" < "$STACK_ROOT/sql/schema.sql"
assert_eq "made" '' "$(db_sql 'DROP TABLE user_audit;
  ALTER TABLE user_user DROP KEY user_user_nickname_idx, DROP KEY user_user_phone_number_idx, DROP KEY user_user_date_joined_idx,
    DROP KEY user_user_last_login_idx, DROP KEY user_user_is_active_idx, DROP KEY user_user_is_staff_idx, ROW_FORMAT = COMPACT;
  ALTER TABLE user_oauth DROP KEY user_oauth_oauth_id_idx, DROP KEY user_oauth_created_time_idx, DROP KEY user_oauth_last_mod_time_idx')"
for file in 0002-admin 0004-audit-session; do
  sql_file migrations/$file.sql
  assert_eq "what $file says" '0 ' "$ended $said"
done
assert_schema

it "0004 goes on from wherever it was interrupted, and keeps what is on record"
db_sql "INSERT INTO user_audit (at, action, request) VALUES (NOW(), 'login', 'r1'), (NOW(), 'replaced', 'r1'), (NOW(), 'login', 'r2')"
for done in "DROP KEY user_audit_session_uniq, DROP COLUMN session, ADD UNIQUE KEY user_audit_request_uniq (request, action)" \
  "DROP KEY user_audit_session_uniq, ADD UNIQUE KEY user_audit_request_uniq (request, action)" \
  "ADD UNIQUE KEY user_audit_request_uniq (request, action)"; do
  assert_eq "before" '' "$(db_sql "ALTER TABLE user_audit $done")"
  sql_file migrations/0004-audit-session.sql
  assert_eq "what it says" '0 ' "$ended $said"
  assert_schema
done
assert_eq "entries" 3 "$(db_sql "SELECT COUNT(*) FROM user_audit WHERE session = ''")"

it "0003 alone, whatever characters oauth_type is in"
for charset in utf8mb3 latin1; do
  db_sql "ALTER TABLE user_oauth MODIFY oauth_type varchar(10) CHARACTER SET $charset NOT NULL COMMENT 'whose'"
  sql_file migrations/0003-oauth-type.sql
  assert_eq "what it says" '0 ' "$ended $said"
  assert_eq "the column" "varchar(32) $charset whose" "$(db_sql "SELECT COLUMN_TYPE, CHARACTER_SET_NAME, COLUMN_COMMENT
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '$DB' AND COLUMN_NAME = 'oauth_type'" | tr '\t' ' ')"
done

it "schema.sql on a server whose rows are COMPACT by default"
mysql_admin -e "DROP DATABASE $DB; CREATE DATABASE $DB; SET GLOBAL innodb_default_row_format = compact"
sql_file schema.sql
assert_eq "what it says" '0 ' "$ended $said"
assert_schema
db_new utf8mb4
migrate
mysql_admin -e "SET GLOBAL innodb_default_row_format = dynamic"
assert_schema number

# Stops with one message, which names what it is about, having changed nothing, even if the client goes on after errors; with
# FIX, which is what the message says, it goes through.
refuses() { # FILE CHARSET SQL PART FIX [EDIT…]
  local before
  it "refused by $1: $4"
  db_new "$2" "${@:6}"
  [[ -z $3 ]] || assert_eq "what making it says" '' "$(db_sql "$3")"
  before=$(whole)
  sql_file "migrations/$1"
  assert_eq "its status ($said)" 1 "$ended"
  assert_contains "the message" "$4" "$said"
  assert_contains "the message" 'STOPPED, nothing was changed. 1 problem is listed above' "$said"
  assert_eq "all there is" "$before" "$(whole)"
  mysql_admin --force "$DB" < "$STACK_ROOT/sql/migrations/$1" > "$test_dir/forced" 2>&1 || true
  assert_eq "all there is, after a client that goes on" "$before" "$(whole)"
  [[ -n $5 ]] || return 0
  assert_eq "what the remedy says" '' "$(db_sql "$5")"
  migrate
  assert_schema number
}
MYISAM='s/ENGINE=InnoDB/ENGINE=MyISAM/'
FIRST=0001-from-django.sql SECOND=0002-admin.sql

refuses $FIRST utf8mb4 "INSERT INTO user_oauth VALUES (9, 'weixin', 'o6-known', '2022-01-01', 7)" \
  'the identity weixin o6-known is there 2 times: user_oauth.id 1,9, of the users 2,7' 'DELETE FROM user_oauth WHERE id IN (9)'
refuses $FIRST utf8mb4 "INSERT INTO user_oauth VALUES (9, 'Weixin', 'o6-known ', '2022-01-01', 7)" \
  'is there 2 times: user_oauth.id 1,9, of the users 2,7' 'DELETE FROM user_oauth WHERE id = 9'
refuses $FIRST utf8mb4 "UPDATE user_oauth SET user_id = 99 WHERE id = 5" 'user_oauth.id 5 belong to users that do not exist' \
  'DELETE FROM user_oauth WHERE user_id NOT IN (SELECT id FROM user_user)' "$MYISAM"
refuses $FIRST utf8mb4 "UPDATE user_user SET username = 'Admin' WHERE id = 7" 'the usernames of user_user.id 1,7 are equal: admin, Admin' \
  "UPDATE user_user SET username = 'admin2' WHERE id = 7; ALTER TABLE user_user DROP KEY username" 's/UNIQUE KEY `username`/KEY `username`/'
refuses $FIRST utf8mb4 'UPDATE user_user SET date_joined = NULL WHERE id IN (2, 7)' 'user_user.date_joined is NULL where id is 2,7' \
  "UPDATE user_user SET date_joined = '2021-01-01' WHERE date_joined IS NULL" 's/`date_joined` datetime(6) NOT NULL/`date_joined` datetime(6) NULL/'
refuses $FIRST utf8mb4 "UPDATE user_user SET nickname = REPEAT('x', 226) WHERE id = 2" 'user_user.nickname is too long where id is 2' \
  "UPDATE user_user SET nickname = LEFT(nickname, 225) WHERE CHAR_LENGTH(nickname) > 225" 's/`nickname` varchar(225)/`nickname` longtext/'
refuses $FIRST utf8mb4 'UPDATE user_user SET is_staff = 300 WHERE id = 2' 'user_user.is_staff is neither 0 nor 1 where id is 2' \
  'UPDATE user_user SET is_staff = 1 WHERE is_staff NOT IN (0, 1)' 's/`is_staff` tinyint(1)/`is_staff` int(11)/'
refuses $FIRST utf8mb4 '' 'user_user.nickname is varchar(900), too long for a key' "ALTER TABLE user_user MODIFY nickname varchar(225) NOT NULL" \
  's/`nickname` varchar(225)/`nickname` varchar(900)/'
refuses $FIRST utf8mb4 'ALTER TABLE user_user ADD avatar_url varchar(300) NULL' 'user_user has both avatar_url and avatar' \
  'ALTER TABLE user_user DROP COLUMN avatar_url'
refuses $FIRST utf8mb4 'ALTER TABLE user_user RENAME COLUMN date_joined TO joined' 'user_user has no column date_joined' \
  'ALTER TABLE user_user RENAME COLUMN joined TO date_joined'
refuses $FIRST utf8mb4 '' 'user_user.date_joined is varchar(30)' 'ALTER TABLE user_user MODIFY date_joined datetime(6) NOT NULL' \
  's/`date_joined` datetime(6)/`date_joined` varchar(30)/'
refuses $FIRST utf8mb4 '' 'user_oauth.user_id is varchar(32)' 'ALTER TABLE user_oauth MODIFY user_id int NOT NULL' \
  "$MYISAM" '/TABLE `user_oauth`/,/ENGINE/s/`user_id` int(11)/`user_id` varchar(32)/'
refuses $FIRST utf8mb4 '' 'the primary key of user_oauth is not id alone' 'ALTER TABLE user_oauth DROP PRIMARY KEY, ADD PRIMARY KEY (id)' \
  '/TABLE `user_oauth`/,/ENGINE/s/PRIMARY KEY (`id`)/PRIMARY KEY (`id`, `user_id`)/'
refuses $FIRST latin1 "CREATE TABLE post (id int PRIMARY KEY, author varchar(150) NOT NULL,
    CONSTRAINT post_author FOREIGN KEY (author) REFERENCES user_user (username)) ENGINE = InnoDB" \
  'the foreign key post_author of post holds user_user.username in latin1_swedish_ci' 'ALTER TABLE `post` DROP FOREIGN KEY `post_author`'
refuses $FIRST utf8mb4 'ALTER TABLE user_oauth ADD KEY user_oauth_type_id_uniq (oauth_type)' 'user_oauth has a key user_oauth_type_id_uniq that is not' \
  'ALTER TABLE user_oauth RENAME INDEX user_oauth_type_id_uniq TO mine; ALTER TABLE user_oauth DROP INDEX mine'
refuses $FIRST utf8mb4 'ALTER TABLE user_oauth PARTITION BY HASH (id) PARTITIONS 2' 'user_oauth has partitions' \
  'ALTER TABLE user_oauth REMOVE PARTITIONING' "$MYISAM"
refuses $FIRST utf8mb4 'DROP TABLE user_oauth' 'no table user_oauth in the database site' ''
refuses $SECOND utf8mb4 'ALTER TABLE user_user RENAME COLUMN phone TO phone_number; DROP TABLE user_oauth' 'no InnoDB table user_oauth' ''
refuses $SECOND utf8mb4 "ALTER TABLE user_user RENAME COLUMN phone TO phone_number;
    ALTER TABLE user_oauth ADD last_mod_time datetime(6) NULL, ADD KEY user_oauth_created_time_idx (created_time, user_id)" \
  'has a key user_oauth_created_time_idx on other columns' 'ALTER TABLE user_oauth RENAME INDEX user_oauth_created_time_idx TO mine;
   ALTER TABLE user_oauth DROP INDEX mine'
refuses $SECOND utf8mb4 "ALTER TABLE user_user RENAME COLUMN phone TO phone_number;
    ALTER TABLE user_oauth ADD last_mod_time datetime(6) NULL; CREATE TABLE user_audit (id int)" \
  'there is another table user_audit' 'RENAME TABLE user_audit TO my_audit'

it "what only the server knows is refused before any change: too wide a row"
db_new utf8mb4
assert_eq "what making it says" '' "$(db_sql 'ALTER TABLE user_user ADD story varchar(14200) CHARACTER SET utf8mb4 NOT NULL')"
before=$(whole)
sql_file migrations/$FIRST
assert_contains "what it says" 'Row size too large' "$said"
assert_eq "all there is" "$before" "$(whole)"

it "interrupted behind any statement, and run again"
HARD=("$MYISAM" 's/`created_time` datetime(6)/`created_time` datetime/' 's/`\(nickname\|phone\)` varchar(225) NOT NULL/`\1` varchar(225) NULL/')
db_new latin1 "${HARD[@]}"
db_sql 'UPDATE user_user SET phone = NULL'
before=$(rows)
migrate
cuts=0 stages=''
for file in $FIRST $SECOND; do
  mapfile -t lines < <(grep -n '^EXECUTE' "$STACK_ROOT/sql/migrations/$file" | cut -d : -f 1)
  for line in "${lines[@]}"; do
    db_new latin1 "${HARD[@]}"
    db_sql 'UPDATE user_user SET phone = NULL'
    [[ $file == "$FIRST" ]] || sql_file migrations/$FIRST
    head -n "$line" "$STACK_ROOT/sql/migrations/$file" | mysql_admin "$DB" > /dev/null
    stages+=$(shape $DB | sha256sum)$'\n'
    current_it="interrupted behind line $line of $file"
    migrate
    assert_schema number
    assert_eq "the rows" "$before" "$(rows)"
    cuts=$((cuts + 1))
  done
done
((cuts > 15)) || fail "only $cuts statements"
assert_eq "states it was interrupted in" 7 "$(sort -u <<< "${stages%$'\n'}" | wc -l)"
