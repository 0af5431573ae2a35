#!/bin/bash
# What is kept of a user in Redis: when MySQL is asked and when not, what is no profile, and that whoever changes a user has
# every process know.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

setting CURRENT_CACHE_ENTRIES=0 PROFILE_TRUST_S=3600
start_stack
log_in "$(code person=a)"
A=$user TOKEN=$token
SESSIONS=userToken_$A PROFILE="userProfile_{userToken_$A}"
current "$TOKEN"
SHOWN=$body

assert_shown() { # [WHAT]
  current "$TOKEN"
  assert_eq "the reply to ${1:-$current_it}" "200 $SHOWN" "$status $body"
}
evaluated() { redis_q INFO commandstats | sed -n 's/^cmdstat_evalsha:calls=\([0-9]*\).*/\1/p'; }
profile() { redis_q GET "$PROFILE"; }
rename() { mysql_q "UPDATE user_user SET nickname = '$1' WHERE id = $A"; } # as SQL of the site's own would
shows() { current "$TOKEN" && [[ $(jq -r .data.nickname <<< "$body") == "$1" ]]; }

it "a profile is kept for an hour at most, with what is shown and what admits, and nothing secret"
assert_json_keys() { assert_eq "its members" "$1" "$(profile | jq -c 'keys')"; }
assert_json_keys '["avatar_url","gender","is_staff","is_superuser","nickname","phone_number","username"]'
life=$(redis_q PTTL "$PROFILE")
((life > 0 && life <= 3600000)) || fail "its life: $life"

it "where it is kept MySQL is not asked"
redis_q DEL "$PROFILE" > /dev/null
count_user_reads
for _ in {1..20}; do assert_shown; done
assert_eq "times that MySQL was asked for a user" 1 "$(user_reads)"

it "nor is a script run: session and profile come in one round trip, once the loop has its connection"
on_the_loop() {
  local before
  before=$(evaluated)
  for _ in 1 2 3 4 5; do assert_shown; done
  (($(evaluated) == before))
}
eventually on_the_loop || fail "each request runs a script"

it "a session's use is noted all the same, once a minute"
redis_q HSET "userSeen_{$SESSIONS}" "$(printf %s "$TOKEN" | sha256sum | cut -d ' ' -f 1)" 1000000000 > /dev/null
seen() { redis_q HVALS "userSeen_{$SESSIONS}"; }
noted() { assert_shown && (($(seen) > 1000000000)); }
eventually noted || fail "last used: $(seen)"
before=$(seen)
assert_shown
assert_eq "when it was last used, as noted" "$before" "$(seen)"

it "with MySQL away, whoever is known is still shown"
program_stop mysql
assert_shown
mysql_start
assert_shown

it "what is no profile is as good as none: MySQL is read, and it is kept anew"
for text in '' x '{}' '[]' '{"username":1}' 'null' '?0123456789abcdef' '?' "$(profile | jq -c 'del(.is_staff)')" $'{"username":"\xff"}'; do
  redis_q SET "$PROFILE" "$text" EX 1000 > /dev/null
  assert_shown "'$text'"
  assert_json_keys '["avatar_url","gender","is_staff","is_superuser","nickname","phone_number","username"]'
done
redis_q DEL "$PROFILE" > /dev/null
redis_q RPUSH "$PROFILE" a b > /dev/null
assert_shown "a list"
redis_q PERSIST "$PROFILE" > /dev/null
rename 'behind its back'
eventually shows 'behind its back' || fail "a profile that lives for ever was believed"
redis_q PEXPIRE "$PROFILE" 999999999 > /dev/null
rename 'and again'
eventually shows 'and again' || fail "a profile of a longer life than any was believed"
current "$TOKEN"
SHOWN=$body

it "what Redis brings back from before it was restarted is not shown, however long SQL's changes may go unseen"
become_admin
current "$TOKEN"
old=$(profile)
patch "$A" '{"phone_number":"123"}'
assert_status 200
redis_q CLIENT KILL TYPE pubsub > /dev/null # as a restart does
redis_q SET "$PROFILE" "$old" PX 3000000 > /dev/null
is_new() { current "$TOKEN" && [[ $(jq -r .data.phone_number <<< "$body") == 123 ]]; }
eventually is_new || fail "an old profile is believed: $body"
for _ in 1 2 3; do is_new || fail "an old profile is believed: $body"; done
current "$TOKEN"
SHOWN=$body

it "while somebody changes the user nothing is kept, and the answer is MySQL's"
redis_q SET "$PROFILE" '!somebody' EX 1000 > /dev/null
for name in one two three; do
  rename "$name"
  shows "$name" || fail "shown instead of $name: $body"
done
assert_eq "what is kept" '!somebody' "$(profile)"
redis_q DEL "$PROFILE" > /dev/null
current "$TOKEN"
SHOWN=$body

it "what was read before a change is not kept after it"
coproc HOLDER { mysql_admin scanlogin --unbuffered; }
printf "LOCK TABLES user_user WRITE; SELECT 'locked';\n" >&"${HOLDER[1]}"
read -r -t "$PATIENCE" _ <&"${HOLDER[0]}"
redis_q DEL "$PROFILE" > /dev/null
current "$TOKEN" & # has a lease, and waits for its user
reader=$!
waits() { [[ $(profile) == '?'* && $(mysql_q "SHOW PROCESSLIST") == *"Waiting for table"* ]]; }
eventually waits || fail "current does not wait for MySQL"
redis_q DEL "$PROFILE" > /dev/null # as a change ends
echo "UNLOCK TABLES;" >&"${HOLDER[1]}"
wait "$reader"
assert_eq "what is kept" '' "$(profile)"

it "a change by an admin, a login with another name, a ban and a deletion leave nothing of before"
assert_shown
patch "$A" '{"phone_number":"456"}'
assert_status 200
assert_eq "what is kept after a change" '' "$(profile)"
current "$TOKEN"
assert_json .data.phone_number 456
log_in "$(code person=a.nickname=YW5vdGhlcg)"
TOKEN=$token
assert_eq "what is kept after a login" '' "$(profile)"
current "$TOKEN"
SHOWN=$body
[[ $(profile) == '{'* ]] || fail "nothing is kept: $(profile)"
log_in "$(code person=a.nickname=YW5vdGhlcg)"
TOKEN=$token
[[ $(profile) == '{'* ]] || fail "a login that changes nothing has the profile forgotten"
patch "$A" '{"is_active":false}'
assert_status 200
current "$TOKEN"
assert_denied disabled
assert_eq "what is kept of a banned user" '' "$(profile | grep '{' || true)"
patch "$A" '{"is_active":true}'
version=$(version_of "$A")
admin DELETE "users/$A/" -H "If-Match: $version" --data-binary "{\"confirm\":\"$(jq -r .data.username <<< "$SHOWN")\"}"
assert_status 200
assert_eq "what is kept of a deleted user" '' "$(profile | grep '{' || true)"

it "what cannot be told to Redis is not changed"
log_in "$(code person=b)"
B=$user
program_stop redis
# shellcheck disable=SC2016 # for the inner shell
if env -i PATH="$PATH" bash -c 'set -a; . "$1"; shift; exec "$@"' - "$STACK_DIR/env" "$BUILD_DIR/scanlogin-admin" staff "$B" \
  > "$test_dir/said" 2>&1; then fail "changed without Redis: $(< "$test_dir/said")"; fi
assert_eq "is_staff" 0 "$(mysql_q "SELECT is_staff FROM user_user WHERE id = $B")"
redis_start

it "PROFILE_TRUST_S says for how long SQL's changes may go unseen; 0: not at all"
setting PROFILE_TRUST_S=0 CURRENT_CACHE_ENTRIES=
endpoint_replace current || fail "no current"
log_in "$(code person=c)"
A=$user TOKEN=$token
for name in one two three; do
  rename "$name"
  shows "$name" || fail "shown instead of $name: $body"
done
setting PROFILE_TRUST_S=2
endpoint_replace current || fail "no current"
rename four
eventually shows four || fail "a change by SQL is never seen"

it "nor is anything remembered in the process while somebody changes the user"
setting PROFILE_TRUST_S=20
endpoint_replace current || fail "no current"
PROFILE="userProfile_{userToken_$A}"
redis_q SET "$PROFILE" '!somebody' EX 1000 > /dev/null
# At first by a thread, and then by the loop, once that has its connection.
for ((end = SECONDS + 4, name = 10; SECONDS < end; name++)); do
  rename "$name"
  shows "$name" || fail "shown instead of $name: $body"
done
