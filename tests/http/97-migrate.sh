#!/bin/bash
# scanlogin-migrate: every start, what it says, its exit status, what it leaves behind, alone, twice at once and after it was
# killed; and that no program runs on a database that is too old or too new for it.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/migrations.bash"

WITHOUT_MYSQL=(jwks login-oauth-callback login-wx-callback)
start_stack "${WITHOUT_MYSQL[@]}"
ALL=(0000-tables 0001-from-django 0002-admin 0003-oauth-type 0004-audit-session 0005-schema)
NEWEST=5

empty() { mysql_admin -e "DROP DATABASE IF EXISTS $DB; CREATE DATABASE $DB CHARACTER SET utf8mb4"; }
ran() { # STATUS ARG…
  migration "${@:2}"
  assert_eq "status of ${*:2} ($said $complained)" "$1" "$ended"
}
definitions() { # DATABASE
  local table
  for table in $(mysql_admin "$1" -e 'SHOW TABLES'); do mysql_admin --raw "$1" -e "SHOW CREATE TABLE $table" | sed 's/ AUTO_INCREMENT=[0-9]*//'; done
}
on_record() { mysql_admin "$1" -e 'SELECT number, name, oldest_program FROM scanlogin_schema ORDER BY number'; } # DATABASE
assert_up_to_date() {
  assert_eq "on record" "$(on_record scanlogin)" "$(on_record $DB)"
  ran 0 status
}
assert_like_schema() {
  assert_eq "what differs from schema.sql" '' "$(diff <(definitions scanlogin) <(definitions $DB))"
  assert_up_to_date
}
done_names() { sed -n 's/ done in [0-9]* ms$//p' <<< "$said" | paste -sd ' '; }
# A copy of the migrations: SQL is behind line LINE of FILE. In $DIR.
DIR=$test_dir/migrations
with() { # FILE LINE SQL
  rm -rf "$DIR"
  cp -r "$STACK_ROOT/sql/migrations" "$DIR"
  sed -i "$2a $3" "$DIR/$1"
}

# ---- what it does -------------------------------------------------------------------------------------

it "an empty database: all is pending, a dry run makes nothing, up makes what schema.sql makes"
empty
ran 1 status
assert_eq "what status says" "$(printf 'pending               %s\n' "${ALL[@]}")" "$said"
ran 0 up --dry-run
assert_eq "what a dry run says" "$(printf '%s would be run\n' "${ALL[@]}")" "$said"
assert_eq "tables" '' "$(db_sql 'SHOW TABLES')"
ran 0 up
assert_eq "what up says" "${ALL[*]}" "$(done_names)"
assert_eq "complaints" '' "$complained"
assert_like_schema
assert_eq "what status says" "$(printf '%s\n' "${ALL[@]}")" "$(sed -E 's/^20[0-9-]+T[0-9:]+Z  //' <<< "$said")"

it "again: nothing is pending, and nothing happens"
before=$(whole)
ran 0 up
assert_eq "what it says" "nothing is pending in the database $DB" "$said"
ran 0 up --dry-run
assert_eq "what it says" "nothing is pending in the database $DB" "$said"
assert_eq "all there is" "$before" "$(whole)"

it "what schema.sql made has nothing pending, and is not overwritten by it"
empty
sql_file schema.sql
assert_eq "what schema.sql says" '0 ' "$ended $said"
assert_like_schema
before=$(whole)
sql_file schema.sql
assert_contains "a second time" "Table 'user_user' already exists" "$said"
db_new utf8mb4
sql_file schema.sql
assert_contains "on what Django made" "Table 'user_user' already exists" "$said"
assert_eq "on record there" '' "$(db_sql "SHOW TABLES LIKE 'scanlogin%'")"

it "what an earlier schema.sql made, with rows, is brought up to date"
empty
sql_file schema.sql
assert_eq "made" '' "$(db_sql "DROP TABLE scanlogin_schema; ALTER TABLE user_oauth MODIFY oauth_type varchar(10) NOT NULL;
  ALTER TABLE user_audit DROP KEY user_audit_session_uniq, DROP COLUMN session, ADD UNIQUE KEY user_audit_request_uniq (request, action);
  INSERT INTO user_user (id, password, username, date_joined) VALUES (7, '', 'seven', '2024-05-01');
  INSERT INTO user_oauth VALUES (1, 'weixin', 'u7', '2024-05-01', '2024-05-01', 7);
  INSERT INTO user_audit (at, action, user_id, request) VALUES ('2024-05-01', 'login', 7, 'r1')")"
ran 0 up --dry-run
ran 0 up
assert_like_schema
assert_eq "rows" $'7\tseven\tweixin\tu7\tr1\t' "$(db_sql 'SELECT u.id, username, oauth_type, oauth_id, request, session
  FROM user_user u JOIN user_oauth o ON o.user_id = u.id JOIN user_audit a ON a.user_id = u.id')"

it "what Django made is brought there, with its rows"
db_new utf8mb4
before=$(whole)
ran 0 up --dry-run
assert_eq "all there is, after a dry run" "$before" "$(whole)"
before=$(rows)
ran 0 up
assert_eq "what differs from schema.sql" '' "$(diff <(shape scanlogin number) <(shape $DB number))"
assert_up_to_date
assert_eq "the rows" "$before" "$(rows)"

it "a migration that somebody took off the record is run again"
mysql_admin $DB -e 'DELETE FROM scanlogin_schema WHERE number IN (2, 4)'
ran 1 status
assert_eq "pending" "${ALL[2]} ${ALL[4]}" "$(sed -n 's/^pending *//p' <<< "$said" | paste -sd ' ')"
ran 0 up
assert_eq "what up says" "${ALL[2]} ${ALL[4]}" "$(done_names)"
assert_up_to_date

# ---- what somebody has to decide ------------------------------------------------------------------------

it "duplicates and more are reported, of all migrations at once, and nothing is changed"
db_new utf8mb4
assert_eq "made" '' "$(db_sql 'INSERT INTO user_oauth (oauth_type, oauth_id, created_time, user_id)
  SELECT oauth_type, oauth_id, created_time, 7 FROM user_oauth WHERE id = 1; CREATE TABLE user_audit (id int)')"
before=$(whole)
copy=$(db_sql 'SELECT MAX(id) FROM user_oauth')
owner=$(db_sql 'SELECT user_id FROM user_oauth WHERE id = 1')
for how in up 'up --dry-run'; do
  # shellcheck disable=SC2086 # words
  ran 1 $how
  assert_contains "the identity" " is there 2 times: user_oauth.id 1,$copy, of the users $owner,7" "$said"
  assert_contains "the advice" $'\n    what to do: keep the row of the user whom the person uses' "$said"
  assert_contains "the other table" '0002-admin: there is another table user_audit' "$said"
  assert_eq "the last line" 'STOPPED, nothing was changed: 2 problems are to be decided; then run this again' "$(tail -n 1 <<< "$said")"
  assert_eq "all there is" "$before" "$(whole)"
done
ran 1 up --json
assert_eq "the same as JSON" "[\"$DB\",false,[],6,[\"0001-from-django\",\"0002-admin\"]]" \
  "$(jq -c '[.database, .dry_run, .done, (.pending | length), [.problems[].migration]]' <<< "$said")"
assert_contains "the advice" 'keep the row of the user whom' "$(jq -r '.problems[0].what_to_do' <<< "$said")"
assert_eq "all there is" "$before" "$(whole)"
db_sql "DELETE FROM user_oauth WHERE id = $copy; DROP TABLE user_audit"
ran 0 up --json
assert_eq "once it is decided" "[\"$DB\",false,6,[],[],null]" \
  "$(jq -c '[.database, .dry_run, (.done | length), .pending, .problems, .failed]' <<< "$said")"
ran 0 status --json
assert_eq "the status" "[\"$DB\",[\"${ALL[0]}\",\"${ALL[5]}\"],true,[],false]" "$(jq -c '[.database, [.applied[0, 5].name],
  (.applied[5].applied_at | test("^20.*T.*Z$")), .pending, .too_new]' <<< "$said")"

it "no control character of a name reaches the terminal"
db_new utf8mb4
db_sql "ALTER TABLE user_user DROP KEY username; UPDATE user_user SET username = CONCAT('x', CHAR(27), '[31m')"
ran 1 up
assert_contains "the names" 'x\u001b[31m, x\u001b[31m' "$said"

it "a table that Django's users lack is no reason to make one"
db_new utf8mb4
db_sql 'DROP TABLE user_oauth'
before=$(whole)
ran 1 up
assert_contains "what it says" "no table user_oauth in the database $DB" "$said"
assert_eq "all there is" "$before" "$(whole)"

# ---- killed, and two at once ----------------------------------------------------------------------------

it "killed behind any statement that changes something, and run again"
db_new latin1
shape_wanted=$(shape scanlogin number) rows_wanted=$(rows) cuts=0
for name in "${ALL[@]}"; do
  begin=$(grep -n '^-- Changes begin here' "$STACK_ROOT/sql/migrations/$name.sql" | cut -d : -f 1 || true)
  mapfile -t lines < <(grep -nE '^(EXECUTE|\) ENGINE .*utf8mb4;$)' "$STACK_ROOT/sql/migrations/$name.sql" | cut -d : -f 1)
  for line in "${lines[@]}"; do
    ((line > ${begin:-0})) || continue
    current_it="killed behind line $line of $name"
    db_new latin1
    with "$name.sql" "$line" 'KILL CONNECTION_ID();'
    ran 69 up --dir "$DIR"
    assert_contains "what it says" "$name failed, and can be run again" "$complained"
    ran 0 up
    assert_eq "what differs from schema.sql" '' "$(diff <(echo "$shape_wanted") <(shape $DB number))"
    assert_eq "on record" "$(on_record scanlogin)" "$(on_record $DB)"
    assert_eq "the rows" "$rows_wanted" "$(rows)"
    cuts=$((cuts + 1))
  done
done
assert_eq "places" 15 "$cuts"
current_it="killed between the two tables of an empty database"
empty
with 0000-tables.sql "$(grep -n -m 1 '^) ENGINE' "$STACK_ROOT/sql/migrations/0000-tables.sql" | cut -d : -f 1)" 'KILL CONNECTION_ID();'
ran 69 up --json --dir "$DIR"
assert_eq "as JSON" '[[],6,[],"0000-tables",true]' \
  "$(jq -c '[.done, (.pending | length), .problems, .failed.migration, (.failed.reason | length > 0)]' <<< "$said")"
assert_contains "what it says" "0000-tables failed, and can be run again" "$complained"
ran 0 up
assert_like_schema

it "the program itself is killed: MySQL finishes the statement, and the next one waits for that"
# A lock that the test holds keeps the first one in the middle of 0003.
gate_is() { [[ -n $(mysql_q "SELECT 1 FROM information_schema.PROCESSLIST WHERE $1") ]]; }
close_gate() {
  mysql_q "SELECT GET_LOCK('gate', 0); SELECT SLEEP(3600) /* the gate */" > /dev/null 2>&1 &
  gate=$!
  eventually gate_is "INFO LIKE 'SELECT SLEEP(3600)%'" || fail "no gate"
}
open_gate() {
  mysql_q "KILL $(mysql_q "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(3600)%'")"
  wait $gate || true
}
before_gate() { # starts one that waits there; sets $first and $connection
  : > "$test_dir/first"
  with 0003-oauth-type.sql 1 "DO GET_LOCK('gate', 3600); DO RELEASE_LOCK('gate');"
  mysql_migrate $DB --dir "$DIR" up > "$test_dir/first" 2>&1 &
  first=$!
  eventually gate_is "INFO LIKE '%GET_LOCK(''gate'', 3600)%' AND STATE = 'User lock'" || fail "it does not get there: $(< "$test_dir/first")"
  connection=$(mysql_q "SELECT ID FROM information_schema.PROCESSLIST WHERE STATE = 'User lock'")
}
second_waits() { # starts another one; sets $second
  : > "$test_dir/second"
  mysql_migrate $DB up > "$test_dir/second" 2>&1 &
  second=$!
  eventually grep -q . "$test_dir/second" || fail "the second one says nothing"
  assert_eq "what the second one says" "waiting for MySQL's connection $connection, which is migrating this database" "$(< "$test_dir/second")"
}
db_new utf8mb4
close_gate
before_gate
kill -KILL "$(< "/proc/$first/task/$first/children")" # the program below the shell that waits for it
! wait $first 2> /dev/null || fail "the first one was not killed"
second_waits
open_gate
wait $second || fail "the second one ended with $?: $(< "$test_dir/second")"
assert_eq "what it has done" "${ALL[*]}" "$(sed -n 's/ done in .*//p' "$test_dir/second" | paste -sd ' ')"
assert_up_to_date

it "two at once: one waits, and finds nothing to do"
db_new utf8mb4
close_gate
before_gate
second_waits
ran 1 status
ran 0 up --dry-run
open_gate
wait $first || fail "the first one ended with $?: $(< "$test_dir/first")"
wait $second || fail "the second one ended with $?: $(< "$test_dir/second")"
assert_eq "what the second one says" "nothing is pending in the database $DB" "$(tail -n 1 "$test_dir/second")"
assert_up_to_date

# ---- who, where, and what is off ------------------------------------------------------------------------

it "another database is no reason to wait"
mysql_admin -e "DO GET_LOCK(CONCAT('scanlogin-migrate:', SHA1('other')), 0)"
ran 0 up

as_endpoint() { # ARG…: with the endpoints' settings alone
  ended=0
  said=$(env -i PATH="$PATH" MYSQL_SOCKET="$STACK_DIR/mysql.sock" MYSQL_PASSWORD="$MYSQL_SECRET" "$BUILD_DIR/scanlogin-migrate" "$@" \
    2> "$test_dir/complained") || ended=$?
  complained=$(< "$test_dir/complained")
}
it "the endpoints' user may look, and changes nothing: 77, with what to do"
as_endpoint status
assert_eq "its status ($complained)" 0 "$ended"
mysql_q "DELETE FROM scanlogin_schema WHERE number = $NEWEST"
as_endpoint up
assert_eq "its status" 77 "$ended"
assert_contains "what it says" "command denied to user 'scanlogin'@'localhost'" "$complained"
assert_contains "what to do" '--user root' "$complained"
mysql_migrate scanlogin up > /dev/null

it "another user, with a password that is on no command line"
mysql_admin -e "CREATE USER keeper@localhost IDENTIFIED BY 'keeper''s'; GRANT ALL ON scanlogin.* TO keeper@localhost"
keeper() { env -i PATH="$PATH" MYSQL_SOCKET="$STACK_DIR/mysql.sock" MYSQL_PASSWORD=other "$@" "$BUILD_DIR/scanlogin-migrate" --user keeper up; }
assert_eq "what it says" "nothing is pending in the database scanlogin" "$(keeper MYSQL_MIGRATE_PASSWORD="keeper's" 2>&1)"
printf "keeper's" > "$test_dir/keeper"
assert_eq "what it says" "nothing is pending in the database scanlogin" "$(keeper MYSQL_MIGRATE_PASSWORD_FILE="$test_dir/keeper" 2>&1)"
ended=0
complained=$(keeper MYSQL_MIGRATE_PASSWORD=wrong 2>&1) || ended=$?
assert_eq "with a wrong one" 77 "$ended"
assert_not_contains "what it says" wrong "$complained"

it "installed somewhere, it finds what is beside it"
mkdir -p "$test_dir/usr/bin" "$test_dir/usr/share/scanlogin/sql"
cp "$BUILD_DIR/scanlogin-migrate" "$test_dir/usr/bin/"
cp -r "$STACK_ROOT/sql/migrations" "$test_dir/usr/share/scanlogin/sql/"
BUILD_DIR=$test_dir/usr/bin ran 0 up
rm "$test_dir"/usr/share/scanlogin/sql/migrations/0002-*
BUILD_DIR=$test_dir/usr/bin ran 78 up
assert_contains "what it says" "there is no migration 2 in $test_dir/usr/share/scanlogin/sql/migrations" "$complained"
rm -r "${test_dir:?}/usr/share"
BUILD_DIR=$test_dir/usr/bin ran 78 up
assert_contains "what it says" "there are no migrations beside $test_dir/usr/bin" "$complained"
ran 78 up --dir "$test_dir/nowhere"
assert_contains "what it says" "cannot read the migrations in $test_dir/nowhere" "$complained"

it "a call that is off is 64 with the usage, --help is 0"
for args in '' nonsense 'up up' 'status --dry-run' --dry-run 'up --dir' 'up --user' 'up --jsn' 'up 1' "up --dir $DIR --dir $DIR"; do
  # shellcheck disable=SC2086 # words
  ran 64 $args
  assert_contains "what it says" 'usage: scanlogin-migrate' "$complained"
  assert_eq "what it prints" '' "$said"
done
ran 0 --help
assert_contains "what it prints" 'usage: scanlogin-migrate' "$said"
ran 0 --version
assert_eq "what it prints" "scanlogin-migrate $(< "$STACK_ROOT/VERSION")" "$said"

# ---- the programs -----------------------------------------------------------------------------------------

# An endpoint that ends by itself: begins NAME, then ended_by_itself NAME, which sets $ended and $complained; or both, ends NAME.
begins() { # NAME
  local variable
  (
    cd "$STACK_DIR" || exit
    while IFS= read -r variable; do export "${variable?}"; done < <(settings_in env)
    exec spawn-fcgi -n -s "$STACK_DIR/$1.sock.once" -- "$BUILD_DIR/$1"
  ) > "$test_dir/$1.said" 2>&1 &
  begun=$!
}
ended_by_itself() { # NAME
  eventually process_gone $begun || fail "$1 goes on"
  ended=0
  wait $begun || ended=$?
  rm -f "$STACK_DIR/$1.sock.once"
  complained=$(grep -vE ' info [a-z-]+\[[0-9]+\] (started|ended)' "$test_dir/$1.said")
}
ends() { begins "$1" && ended_by_itself "$1"; } # NAME
admin_list() { # sets $ended, $said and $complained
  ended=0
  # shellcheck disable=SC2016 # for the inner shell
  said=$(env -i PATH="$PATH" bash -c 'set -a; . "$1"; exec "$2" list' - "$STACK_DIR/env" "$BUILD_DIR/scanlogin-admin" \
    2> "$test_dir/complained") || ended=$?
  complained=$(< "$test_dir/complained")
}
all_end() { # REASON: each program that uses MySQL ends with 78 and this one line
  local name
  for name in $(every_endpoint); do
    [[ " ${WITHOUT_MYSQL[*]} " != *" $name "* ]] || continue
    ends "$name"
    assert_eq "how $name ends" "78 $name: $1" "$ended $complained"
  done
  admin_list
  assert_eq "how scanlogin-admin ends" "78 scanlogin-admin: $1" "$ended $complained"
  for name in "${WITHOUT_MYSQL[@]}"; do endpoint_replace "$name" || fail "$name needs no MySQL, and did not start"; done
}

it "on a database that is too old no program runs: one line, and 78"
mysql_q "DELETE FROM scanlogin_schema WHERE number = $NEWEST"
all_end "the database has not had migration $NEWEST, which this program needs: run scanlogin-migrate up"
mysql_q 'RENAME TABLE scanlogin_schema TO gone'
ends current
assert_eq "how current ends" '78 current: the database has no table scanlogin_schema: run scanlogin-migrate up' "$ended $complained"
mysql_q 'RENAME TABLE gone TO scanlogin_schema'
mysql_migrate scanlogin up > /dev/null

it "nor on one that is too new, which scanlogin-migrate says as well"
LATER="the database has had migration 0006-later, behind which this program knows migration $NEWEST at the most: install the newer scanlogin"
rm -rf "$DIR"
cp -r "$STACK_ROOT/sql/migrations" "$DIR"
printf -- '-- Breaks what is older.\n-- Oldest program: 6.\nCREATE TABLE later (id int PRIMARY KEY);\n' > "$DIR/0006-later.sql"
assert_eq "what it says" '0006-later done' "$(mysql_migrate scanlogin --dir "$DIR" up | sed 's/ in .*//')"
all_end "$LATER"
for command in up status; do
  ended=0
  complained=$(mysql_migrate scanlogin $command 2>&1 > /dev/null) || ended=$?
  assert_eq "how $command ends" "78 scanlogin-migrate: $LATER" "$ended $complained"
done

it "a migration that turns nobody away leaves all of them running"
mysql_q 'UPDATE scanlogin_schema SET oldest_program = 5 WHERE number = 6'
mysql_migrate scanlogin status > /dev/null || fail "status ended with $?"
endpoint_start current || fail "no current"
endpoint_start login-wx || fail "no login-wx"
log_in "$(code person=a)"
current "$token"
assert_status 200
admin_list
assert_eq "scanlogin-admin" 0 "$ended"

it "who may not see the table is told once, and runs"
mysql_q 'REVOKE SELECT ON scanlogin.scanlogin_schema FROM scanlogin@localhost'
endpoint_replace current || fail "no current"
told() { grep -q "warning current.*the database's schema cannot be seen.*load sql/grants.sql" "$(log_of current)"; }
eventually told || fail "no word of it in the log"
current "$token"
assert_status 200
admin_list
assert_eq "scanlogin-admin" 0 "$ended"
assert_contains "what it says" "the database's schema cannot be seen" "$complained"
mysql_admin scanlogin < "$STACK_ROOT/sql/grants.sql"

it "what starts while MySQL is away looks as soon as it is back"
mysql_q 'UPDATE scanlogin_schema SET oldest_program = 6 WHERE number = 6'
program_stop current
program_stop mysql
ran 69 up
begins current
eventually endpoint_answers "$STACK_DIR/current.sock.once" || fail "current does not answer"
mysql_start || fail "no MariaDB"
ended_by_itself current
assert_eq "how current ends" "78 current: $LATER" "$ended $(tail -n 1 <<< "$complained")"
