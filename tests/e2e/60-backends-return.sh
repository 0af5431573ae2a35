#!/bin/bash
# Redis and MariaDB are killed, restarted, frozen, and hold a login up. The endpoints, which are never restarted,
# answer 503 meanwhile and are well at once afterwards; no session and no account is lost or left half made.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/flow.bash"

# What was committed or acknowledged has to be there after a kill.
# shellcheck disable=SC2034
MYSQL_OPTIONS=(--innodb-flush-log-at-trx-commit=2)
redis_durable() { redis_start --appendonly yes --appendfsync always || fail "no Redis"; }
start_stack
program_stop redis
redis_durable

log_in "test.$(new_uuid).person=witness"
witness=$token
current "$witness"
witness_user=$body
pids() { local name; for name in $(every_endpoint); do pid_of "$name"; done; }
pids_before=$(pids)

# ---- requests while a backend comes and goes ---------------------------------------------------------

note() { # KIND [STATUS_ALONE]: the answer; if it is that status, without its body
  if [[ $status == "${2:-}" ]]; then
    echo "$1 $status"
  else
    echo "$1 $status $(sed 's/"token":"[^"]*"/"token":"<token>"/' "$body_file")"
  fi
}
load_current() {
  current "$witness"
  note current
}
load_poll() {
  poll "$(new_uuid)"
  note poll
}
load_login() {
  local uuid mine
  uuid=$(new_uuid)
  api GET "$CALLBACK?code=test.$uuid&state=$uuid"
  note callback 200
  poll "$uuid"
  note login
  mine=$(jq -r '.data.token? // empty' "$body_file")
  [[ -n $mine ]] || return 0
  echo "$mine" >> "$test_dir/live-tokens"
  current "$mine"
  note after-login 200
}
load() { # LOAD: until there is the file `enough`, for three minutes at most
  local end=$((SECONDS + 180))
  while [[ ! -e $test_dir/enough ]] && ((SECONDS < end)); do "$1"; done >> "$test_dir/noted-$1"
}
answers() { cat "$test_dir"/noted-*; }
answered() { (($(answers | grep -cF "$1") >= $2)); } # ANSWER COUNT

# under_load FUNCTION: calls it while requests of all kinds run; then all answers must be among the allowed ones.
under_load() {
  local kind logins loads=() unexpected
  rm -f "$test_dir/enough" "$test_dir"/noted-*
  for kind in load_current load_poll load_login; do
    : > "$test_dir/noted-$kind"
    load "$kind" &
    loads+=($!)
  done
  wait_until 30 answered "login 200 $LOGGED_IN" 3 || fail "no login before it"
  "$1"
  logins=$(answers | grep -cF "login 200 $LOGGED_IN")
  wait_until 30 answered "login 200 $LOGGED_IN" $((logins + 3)) || fail "no login after it"
  : > "$test_dir/enough"
  wait "${loads[@]}" || fail "a request failed"
  # A login that was cut off after WeChat had its code may find it used.
  unexpected=$(answers | grep -vE '^login 200 {"code":40163,"msg":"code been used, hints: [^"]*"}$' |
    grep -vxF -e "current 200 $witness_user" -e "poll 200 $NOTHING_SCANNED" -e "callback 200" \
      -e "login 200 $LOGGED_IN" -e "login 200 $NOTHING_SCANNED" -e "after-login 200" \
      -e "current 503 $UNAVAILABLE" -e "poll 503 $UNAVAILABLE" -e "callback 503 $UNAVAILABLE" \
      -e "login 503 $UNAVAILABLE" -e "after-login 503 $UNAVAILABLE") || true
  assert_eq "answers that are none of the allowed" "" "$unexpected"
  assert_contains "currents" "current 200" "$(answers)"
  assert_contains "polls" "poll 200" "$(answers)"
}
# `current` may go on for a few seconds from memory, with the right answer and no other.
memory_is_over() {
  current "$witness"
  [[ $status == 503 ]] && return
  assert_body "$witness_user"
  return 1
}
assert_soon_unavailable() {
  wait_until 20 memory_is_over || fail "current goes on without its backend"
  assert_unavailable
}
all_well() {
  current "$witness"
  assert_status 200
  assert_body "$witness_user"
  poll "$(new_uuid)"
  assert_nothing_scanned
  log_in "test.$(new_uuid)"
  assert_eq "the new token" 200 "$(status_of "$token")"
  logout "$token"
  assert_logged_out
}

redis_killed() {
  endpoint_kill redis
  current "$witness"
  assert_unavailable
  logout "$witness"
  assert_unavailable
  poll "$(new_uuid)"
  assert_unavailable
  api GET "$CALLBACK?code=test.x&state=$(new_uuid)"
  assert_unavailable
  redis_durable
  all_well
}
it "Redis is killed and comes back, twice: 503 meanwhile, and every session is good afterwards"
under_load redis_killed
under_load redis_killed

mysql_killed() {
  local scanned
  scanned=$(new_uuid)
  scan "$scanned" "test.$scanned"
  endpoint_kill mysql
  assert_soon_unavailable
  logout "$witness"
  assert_unavailable
  poll "$scanned"
  assert_unavailable
  poll "$(new_uuid)"
  assert_nothing_scanned
  mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
  poll "$scanned"
  assert_logged_in
  assert_eq "WeChat was asked" "1 2" "$(calls "test.$scanned")"
  all_well
}
it "MariaDB is killed and comes back, twice: 503 meanwhile, then the same scan logs in"
under_load mysql_killed
under_load mysql_killed

it "every token that was given out in all this is good"
while read -r token; do
  [[ $(status_of "$token") == 200 ]] || fail "$(status_of "$token"): $token"
  checks=$((checks + 1))
done < "$test_dir/live-tokens"

it "connections that are closed at the server's side are not noticed"
for _ in 1 2 3; do
  mysql_q "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist WHERE user = 'scanlogin'" |
    mysql_admin scanlogin
  redis_q CLIENT KILL TYPE normal > "$test_dir/killed"
  all_well
done

it "Redis is frozen: 503 within its time limit; it thaws: all is well"
frozen=$(pid_of redis)
kill -STOP "$frozen"
assert_soon_unavailable
kill -CONT "$frozen"
all_well

it "MariaDB is frozen: the same"
frozen=$(pid_of mysql)
kill -STOP "$frozen"
assert_soon_unavailable
kill -CONT "$frozen"
all_well

# ---- locks -------------------------------------------------------------------------------------------

coproc HOLDER { mysql_admin scanlogin --unbuffered; }
# hold SQL: in a session that is not a login's.
hold() {
  local line=''
  printf "%s;\nSELECT 'done';\n" "$1" >&"${HOLDER[1]}"
  while [[ $line != "done" ]]; do
    read -r -t 30 line <&"${HOLDER[0]}" || fail "the other session did not do: $1"
  done
}
user_id() { mysql_q "SELECT id FROM user_user WHERE nickname = '用户$1'"; } # PERSON
lock_waits() { [[ $(mysql_q "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'") == *$'\t1' ]]; }
deadlocks() { mysql_q "SELECT count FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'"; }

log_in "test.$(new_uuid).person=locked"
locked=$token
it "a login waits for a lock that is given up in time"
uuid=$(new_uuid)
scan "$uuid" "test.$(new_uuid).person=locked"
hold "START TRANSACTION; UPDATE user_user SET first_name = 'x' WHERE id = $(user_id locked)"
poll_at_once waiting "$uuid" &
waiting=$!
wait_until 10 lock_waits || fail "the login does not wait"
hold ROLLBACK
wait "$waiting" || fail "the poll failed"
assert_eq "the poll" "1 200 $LOGGED_IN" "$(tally waiting)"
assert_eq "the session before" "401 无效的token" "$(status_of "$locked")"
locked=$(tokens waiting)
assert_eq "its session" 200 "$(status_of "$locked")"

it "a lock that stays: 503, and others are served; then the same scan logs in"
code=test.$(new_uuid).person=locked
uuid=$(new_uuid)
scan "$uuid" "$code"
hold "START TRANSACTION; UPDATE user_user SET first_name = 'x' WHERE id = $(user_id locked)"
poll_at_once waiting "$uuid" &
waiting=$!
wait_until 10 lock_waits || fail "the login does not wait"
assert_eq "the user meanwhile" 200 "$(status_of "$locked")"
all_well
wait "$waiting" || fail "the poll failed"
assert_eq "the poll" "1 503 $UNAVAILABLE" "$(tally waiting)"
hold ROLLBACK
assert_eq "the session before" 200 "$(status_of "$locked")"
poll "$uuid"
assert_logged_in
assert_eq "WeChat was asked" "1 2" "$(calls "$code")"

it "a login that a deadlock chose as its victim is repeated"
log_in "test.$(new_uuid).person=victim.nounionid"
uuid=$(new_uuid)
scan "$uuid" "test.$(new_uuid).person=victim"
before=$(deadlocks)
row="'weixin', 'o6-$(printf unionid:victim | sha256sum | cut -c1-25)', NOW(6), NOW(6), $(user_id witness)"
# Many rows make it the heavier one of the two. The login changes the user first, then adds the identity.
hold "START TRANSACTION; INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
  SELECT 'other', seq, NOW(6), NOW(6), $(user_id witness) FROM seq_1_to_100;
  INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id) VALUES ($row)"
poll_at_once victim "$uuid" &
victim=$!
wait_until 10 lock_waits || fail "the login does not wait"
hold "UPDATE user_user SET first_name = 'x' WHERE id = $(user_id victim)"
hold ROLLBACK
wait "$victim" || fail "the poll failed"
assert_eq "deadlocks" $((before + 1)) "$(deadlocks)"
assert_eq "the poll" "1 200 $LOGGED_IN" "$(tally victim)"
assert_eq "its session" 200 "$(status_of "$(tokens victim)")"

it "no user is half made, no claim is left, and the endpoints are the ones from the beginning"
assert_eq "users without both identities" 0 "$(mysql_q "SELECT COUNT(*) FROM user_user u WHERE 2 <>
  (SELECT COUNT(*) FROM user_oauth o WHERE o.user_id = u.id)")"
assert_eq "processes" "$pids_before" "$(pids)"
