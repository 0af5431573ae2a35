#!/bin/bash
# sql/triggers.sql: with it whoever is known is remembered for as long as nothing changes, and what SQL changes counts within
# two seconds. Without it, or while nobody can say, all is as it was.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

setting PROFILE_TRUST_S=1 LOG_LEVEL=info
start_stack
triggers() { mysql_admin scanlogin < "$STACK_ROOT/sql/triggers.sql"; }
# The statements of the file's own comment.
grants() { sed -n 's/^--   \(GRANT .*;\)$/\1/p' "$STACK_ROOT/sql/triggers.sql"; }
changed() { mysql_q "SELECT COUNT(*) FROM user_changed WHERE user_id = $1"; }
last_change() { mysql_q "SELECT IFNULL(MAX(id), 0) FROM user_changed"; }
listening() { grep -qF "listening to the triggers" "$(log_of current)"; }
is_denied() { current "$token" && [[ $status == 401 ]]; }
shows() { current "$token" && [[ $(jq -r .data.nickname <<< "$body") == "$1" ]]; }
# Within a minute: by then the use of a session is noted, and its user may be read anew for that.
soon() { wait_until 45 "$@"; }
log_in "$(code person=a)"
A=$user FIRST=$token

it "without the file, or with it and no right to see it, SQL's changes count after PROFILE_TRUST_S"
triggers
current "$token"
mysql_q "UPDATE user_user SET nickname = 'one' WHERE id = $A"
eventually shows one || fail "not seen: $body"
assert_eq "times that it listens" 0 "$(grep -cF listening "$(log_of current)")"

it "what the file notes: a change of what is remembered, each once, by its bytes; a deletion; nothing else"
mysql_q "INSERT INTO user_user (id, password, username, date_joined) VALUES (900, '!', 'x', UTC_TIMESTAMP(6))"
count() { # SQL EXPECTED
  local before
  before=$(changed 900)
  mysql_q "UPDATE user_user SET $1 WHERE id = 900"
  assert_eq "rows noted for $1" "$2" "$(($(changed 900) - before))"
}
count "last_login = UTC_TIMESTAMP(6)" 0
count "nickname = nickname, email = 'a@b', password = 'p'" 0
for change in "nickname = 'anna'" "nickname = 'Anna'" "nickname = 'Anna '" "avatar_url = 'u'" "gender = 'g'" "phone_number = '1'" \
  "username = 'y'" "is_active = 0" "is_staff = 1" "is_superuser = 1" "nickname = '张', gender = ''"; do count "$change" 1; done
before=$(changed 900)
mysql_q "DELETE FROM user_user WHERE id = 900"
assert_eq "rows noted for a deletion" 1 "$(($(changed 900) - before))"

it "the file can be loaded again, and what it asks for is enough"
triggers
[[ $(grants | wc -l) == 2 ]] || fail "grants: $(grants)"
grants | mysql_admin
eventually listening || fail "current does not listen"

it "whoever is known is remembered for longer than PROFILE_TRUST_S, in the process and in Redis"
count_user_reads
# What was read before it listened is read once more.
is_remembered() {
  current "$token"
  before=$(user_reads)
  sleep 1.5 # longer than PROFILE_TRUST_S
  current "$token"
  assert_status 200
  (($(user_reads) == before))
}
eventually is_remembered || fail "the user is read again and again"
setting CURRENT_CACHE_ENTRIES=0
endpoint_replace current || fail "no current"
eventually is_remembered || fail "the user is read again and again, with a profile in Redis"
setting CURRENT_CACHE_ENTRIES=
endpoint_replace current || fail "no current"

it "a ban by SQL counts, and so does what SQL changes and deletes"
for _ in 1 2 3; do
  mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $A"
  soon is_denied || fail "a banned user's token stays good"
  assert_denied disabled
  mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $A"
  back() { ! is_denied; }
  soon back || fail "the ban stays"
  current "$token"
done
mysql_q "UPDATE user_user SET nickname = 'two' WHERE id = $A"
soon shows two || fail "not seen: $body"

it "so does what is committed behind changes that were made later"
coproc HOLDER { mysql_admin scanlogin --unbuffered; }
printf "BEGIN; UPDATE user_user SET nickname = 'late' WHERE id = %s; SELECT 'open';\n" "$A" >&"${HOLDER[1]}"
read -r -t "$PATIENCE" _ <&"${HOLDER[0]}"
log_in "$(code person=other)"
B=$user OTHER=$token
current "$OTHER"
mysql_q "UPDATE user_user SET nickname = 'overtakes' WHERE id = $B"
token=$OTHER
soon shows overtakes || fail "not seen: $body"
token=$FIRST
eventually is_remembered || fail "the user is read again and again"
echo "COMMIT;" >&"${HOLDER[1]}"
soon shows late || fail "not seen: $body"

it "and behind thousands, where MySQL counts by more than one"
printf "BEGIN; UPDATE user_user SET nickname = 'much later' WHERE id = %s; SELECT 'open';\n" "$A" >&"${HOLDER[1]}"
read -r -t "$PATIENCE" _ <&"${HOLDER[0]}"
mysql_q "SET auto_increment_increment = 2;
         INSERT INTO user_changed (user_id, at) SELECT -1, UTC_TIMESTAMP(6) FROM seq_1_to_4900"
mysql_q "UPDATE user_user SET nickname = 'overtakes again' WHERE id = $B"
token=$OTHER
soon shows 'overtakes again' || fail "not seen: $body"
token=$FIRST
eventually is_remembered || fail "the user is read again and again"
echo "COMMIT;" >&"${HOLDER[1]}"
soon shows 'much later' || fail "not seen: $body"

it "many changes at once are all heard of"
mysql_q "INSERT INTO user_user (password, username, date_joined) SELECT '!', CONCAT('many-', seq), UTC_TIMESTAMP(6) FROM seq_1_to_25000"
mysql_q "UPDATE user_user SET nickname = 'all' WHERE username LIKE 'many-%' OR id = $A"
soon shows all || fail "not seen: $body"

it "an emptied table, dropped triggers and rights that are taken are no trap"
mysql_q "TRUNCATE user_changed"
mysql_q "UPDATE user_user SET nickname = 'emptied' WHERE id = $A"
soon shows emptied || fail "not seen: $body"
mysql_q "DROP TRIGGER user_user_changed"
mysql_q "UPDATE user_user SET nickname = 'dropped' WHERE id = $A"
soon shows dropped || fail "not seen: $body"
triggers
mysql_q "REVOKE TRIGGER ON scanlogin.user_user FROM scanlogin@localhost"
mysql_q "UPDATE user_user SET nickname = 'revoked' WHERE id = $A"
soon shows revoked || fail "not seen: $body"
grants | mysql_admin

it "MySQL away: whoever is known stays so for PROFILE_TRUST_S, then it is 503; back again, it listens again"
before=$(grep -cF listening "$(log_of current)")
heard_again() { (($(grep -cF listening "$(log_of current)") >= before)) && current "$token" && [[ $status == 200 ]]; }
program_stop mysql
unavailable() { current "$token" && [[ $status == 503 ]]; }
eventually unavailable || fail "answered from memory for ever"
mysql_start
eventually heard_again || fail "$status $body"
mysql_q "UPDATE user_user SET nickname = 'back' WHERE id = $A"
eventually shows back || fail "not seen: $body"

it "a Redis that was restarted from an old file does not bring an old profile back for longer than PROFILE_TRUST_S"
eventually listening
user=$A
is_kept() { # a process that remembers the user keeps nothing anew until there is a change
  current "$token"
  old=$(redis_q GET "userProfile_{userToken_$A}")
  [[ $old != '{'* ]] || return 0
  mysql_q "UPDATE user_user SET nickname = CONCAT(nickname, '.') WHERE id = $A"
  return 1
}
eventually is_kept || fail "nothing is kept: $old"
old_life=$(redis_q PTTL "userProfile_{userToken_$A}")
mysql_q "UPDATE user_user SET nickname = 'newer' WHERE id = $A"
eventually shows newer || fail "not seen: $body"
redis_q CLIENT KILL TYPE pubsub > /dev/null # as a restart does
redis_q SET "userProfile_{userToken_$A}" "$old" PX "$old_life" > /dev/null
eventually shows newer || fail "not seen: $body"

it "what is two hours old is deleted, but for the newest and what somebody else may have read up to"
mysql_q "UPDATE user_changed SET at = UTC_TIMESTAMP(6) - INTERVAL 3 HOUR"
endpoint_replace current
endpoint_replace auth
current "$token"
short() { (($(mysql_q "SELECT COUNT(*) FROM user_changed") <= 2)); }
eventually short || fail "$(mysql_q "SELECT COUNT(*) FROM user_changed") rows stay"
