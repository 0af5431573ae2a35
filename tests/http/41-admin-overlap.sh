#!/bin/bash
# What admins do while something else happens: a login that overlaps a ban or a deletion, another table that refers to
# a user, Redis out of reach.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

start_stack
become_admin

# during SQL: it runs in a transaction that is held open until the poll of $uuid waits for it; then commits.
during() {
  mkfifo "$test_dir/go"
  { echo "START TRANSACTION; $1;"; cat "$test_dir/go"; echo 'COMMIT;'; } | mysql_admin --unbuffered scanlogin &
  local holder=$!
  exec {go}> "$test_dir/go"
  eventually transaction_open || fail "no transaction"
  poll_served "$uuid" {go}>&- & # else the pipe would stay open
  local poller=$!
  eventually somebody_waits || fail "the login does not wait"
  exec {go}>&-
  wait "$holder"
  wait "$poller"
  rm "$test_dir/go"
}
# Not by INNODB_TRX and INNODB_LOCK_WAITS: what these show stays as it is while somebody asks every few milliseconds.
transaction_open() { [[ -z $(mysql_q "SELECT id FROM user_user WHERE id = $user FOR UPDATE SKIP LOCKED") ]]; }
somebody_waits() { [[ $(mysql_q "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'scanlogin'
  AND COMMAND = 'Execute' AND INFO LIKE '%FOR UPDATE%'") != 0 ]]; }
# What the poll in the background was answered. On a slow machine it may have waited for too long; then it asks again.
served() { poll "$1" && [[ $status != 503 ]]; }
poll_served() { eventually served "$1"; echo "$status $body" > "$test_dir/polled"; }

it "a login that overlaps a ban is refused, and leaves no session"
log_in "$(code person=target)"
uuid=$(new_uuid)
scan "$uuid" "$(code person=target)"
redis_q DEL "userToken_$user" > /dev/null
during "UPDATE user_user SET is_active = 0 WHERE id = $user"
assert_eq "the poll's reply" '200 {"code":1001,"msg":"用户已被禁用"}' "$(< "$test_dir/polled")"
assert_eq "sessions" 0 "$(redis_q HLEN "userToken_$user")"

it "one that overlaps a deletion makes a new user"
mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $user"
uuid=$(new_uuid)
scan "$uuid" "$(code person=target)"
during "DELETE FROM user_oauth WHERE user_id = $user; DELETE FROM user_user WHERE id = $user"
assert_contains "the poll's reply" '200 {"code":200,"data":{"token":' "$(< "$test_dir/polled")"
assert_eq "the user, and identities" "1 2" "$(mysql_q "SELECT COUNT(DISTINCT u.id), COUNT(*) FROM user_user u
  JOIN user_oauth o ON o.user_id = u.id WHERE u.nickname = '用户target' AND u.id > $user" | tr '\t' ' ')"

it "two logins of one person at once: one session is left, and the other is on record as replaced"
uuids=()
for _ in 1 2 3 4; do
  uuids+=("$(new_uuid)")
  scan "${uuids[-1]}" "$(code person=twice)"
done
pids=()
for uuid in "${uuids[@]}"; do
  curl -s -o /dev/null --unix-socket "$STACK_DIR/http.sock" "http://localhost/api/user/login/wx/?uuid=$uuid" &
  pids+=($!)
done
wait "${pids[@]}"
user=$(mysql_q "SELECT id FROM user_user WHERE nickname = '用户twice'")
assert_eq "sessions" 1 "$(redis_q HLEN "userToken_$user")"
assert_eq "logins and replacements" '4 3' "$(mysql_q "SELECT SUM(action = 'login'), SUM(action = 'replaced')
  FROM user_audit WHERE user_id = $user" | tr '\t' ' ')"

it "a user whom another table refers to is not deleted, and that is said"
mysql_q "CREATE TABLE orders (user_id bigint, FOREIGN KEY (user_id) REFERENCES user_user (id)); INSERT INTO orders VALUES ($user)"
admin GET "users/$user/"
admin DELETE "users/$user/" -H "If-Match: $(header ETag)" --data-binary "{\"confirm\":\"$(jq -r .data.username "$body_file")\"}"
assert_eq reply '409 {"code":"in-use","msg":"该用户被其他数据引用，不能删除"}' "$status $body"
assert_eq "what is left of the user" '1 2' "$(mysql_q "SELECT COUNT(DISTINCT u.id), COUNT(*) FROM user_user u
  JOIN user_oauth o ON o.user_id = u.id WHERE u.id = $user" | tr '\t' ' ')"
assert_eq "sessions" 1 "$(redis_q HLEN "userToken_$user")"
assert_eq "deletions on record" 0 "$(mysql_q "SELECT COUNT(*) FROM user_audit WHERE action = 'delete' AND user_id = $user")"

it "with Redis away nothing is changed on the command line: nobody could be told"
# shellcheck source=/dev/null
command_line() { (set -a && . "$STACK_DIR/env" && "$BUILD_DIR/scanlogin-admin" "$@"); }
program_stop redis
for change in staff ban; do
  status=0
  said=$(command_line "$change" "$user" 2>&1) || status=$?
  assert_eq "status of $change ($said)" 69 "$status"
done
assert_eq "the row" '1 0' "$(mysql_q "SELECT is_active, is_staff FROM user_user WHERE id = $user" | tr '\t' ' ')"
