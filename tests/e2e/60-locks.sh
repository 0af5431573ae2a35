#!/bin/bash
# Somebody else holds a user's row, for a while or for good, or is in a deadlock with a login. The login waits, gives up in
# time or is repeated; others are served, and in the end it is one login.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

start_stack
log_in "$(code person=witness)"

others_are_served() {
  poll "$(new_uuid)"
  assert_nothing_scanned
  log_in "$(code)"
  assert_eq "the new token" 200 "$(status_of "$token")"
  logout "$token"
  assert_logged_out
}

coproc HOLDER { mysql_admin scanlogin --unbuffered; }
# hold SQL: in a session that is not a login's.
hold() {
  local line=''
  printf "%s;\nSELECT 'done';\n" "$1" >&"${HOLDER[1]}"
  while [[ $line != "done" ]]; do
    read -r -t "$PATIENCE" line <&"${HOLDER[0]}" || fail "the other session did not do: $1"
  done
}
user_id() { mysql_q "SELECT id FROM user_user WHERE nickname = '用户$1'"; } # PERSON
lock_waits() { [[ $(mysql_q "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'") == *$'\t1' ]]; }
deadlocks() { mysql_q "SELECT count FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'"; }

# The user's row is locked, and a login with this code waits for it; sets $uuid and $waiting.
locked_login() { # CODE
  uuid=$(new_uuid)
  scan "$uuid" "$1"
  hold "START TRANSACTION; UPDATE user_user SET first_name = 'x' WHERE id = $(user_id locked)"
  poll_at_once waiting "$uuid" &
  waiting=$!
  eventually it_waits || fail "the login does not wait"
}
it_waits() { lock_waits || process_gone "$waiting"; }
# It was answered, and not that it had to wait for too long, as on a slow machine: there all begins anew.
in_time() { # NAME
  wait "$waiting" || fail "the poll failed"
  [[ $(tally "$1") != *" 503 "* ]]
}

log_in "$(code person=locked)"
locked=$token
it "a login waits for a lock that is given up in time"
for _ in {1..20}; do
  locked_login "$(code person=locked)"
  hold ROLLBACK
  ! in_time waiting || break
done
assert_eq "the poll" "1 200 $LOGGED_IN" "$(tally waiting)"
assert_eq "the session before" "401 无效的token" "$(status_of "$locked")"
locked=$(tokens waiting)
assert_eq "its session" 200 "$(status_of "$locked")"

it "a lock that stays: 503, and others are served; then the same scan logs in"
code=$(code person=locked)
locked_login "$code"
assert_eq "the user meanwhile" 200 "$(status_of "$locked")"
others_are_served
wait "$waiting" || fail "the poll failed"
assert_eq "the poll" "1 503 $UNAVAILABLE" "$(tally waiting)"
hold ROLLBACK
assert_eq "the session before" 200 "$(status_of "$locked")"
poll "$uuid"
assert_logged_in
assert_calls "$code" 1 2

it "a login that a deadlock chose as its victim is repeated"
log_in "$(code person=victim.nounionid)"
uuid=$(new_uuid)
scan "$uuid" "$(code person=victim)"
row="'weixin', 'o6-$(sha256 unionid:victim | cut -c 1-25)', NOW(6), NOW(6), $(user_id witness)"
for _ in {1..20}; do
  before=$(deadlocks)
  # Many rows make it the heavier one of the two. The login changes the user first, then adds the identity.
  hold "START TRANSACTION; INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
    SELECT 'other', seq, NOW(6), NOW(6), $(user_id witness) FROM seq_1_to_100;
    INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id) VALUES ($row)"
  poll_at_once victim "$uuid" &
  waiting=$!
  eventually it_waits || fail "the login does not wait"
  hold "UPDATE user_user SET first_name = 'x' WHERE id = $(user_id victim)"
  hold ROLLBACK
  ! in_time victim || break
done
assert_eq "deadlocks" $((before + 1)) "$(deadlocks)"
assert_eq "the poll" "1 200 $LOGGED_IN" "$(tally victim)"
assert_eq "its session" 200 "$(status_of "$(tokens victim)")"

it "two logins overtaken and then a lock: repeated, and given up, however they come one after the other"
# What a trigger counts in a table without transactions stays counted when its statement fails.
mysql_admin scanlogin << 'END'
CREATE TABLE attempts (n int NOT NULL) ENGINE = MyISAM;
INSERT INTO attempts VALUES (0);
DELIMITER //
CREATE TRIGGER overtaken BEFORE INSERT ON user_user FOR EACH ROW BEGIN
  UPDATE attempts SET n = n + 1;
  IF (SELECT n FROM attempts) < 3 THEN SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1062, MESSAGE_TEXT = 'overtaken'; END IF;
  SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205, MESSAGE_TEXT = 'waited for a lock';
END//
END
code=$(code person=overtaken)
uuid=$(new_uuid)
scan "$uuid" "$code"
poll "$uuid"
assert_unavailable
assert_eq "attempts" 3 "$(mysql_q 'SELECT n FROM attempts')"
mysql_q 'DROP TRIGGER overtaken; DROP TABLE attempts'
poll "$uuid"
assert_logged_in
assert_calls "$code" 1 2

it "no user is half made"
assert_persons
