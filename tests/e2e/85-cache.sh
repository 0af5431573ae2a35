#!/bin/bash
# What `current`, the guard and the poll answer from memory is never older than what another process has just done: logouts,
# second logins and scans, each followed at once by the question, under load and with Redis failing in the middle.
# Part of make check under tsan as well.
# Not part of make test: it plays close to 50,000 rounds.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/guard.bash"

# The sanitizers' build is many times slower; the release build plays the full number.
ROUNDS=10000
[[ $MODE == release ]] || ROUNDS=1000
# Of those that take several logins each; MANY=10000 plays as many of them too.
MANY=${MANY:-$((ROUNDS / 5))}

guarded_file
setting WORKER_THREADS=32 LOG_LEVEL=info
start_stack

rounds() { # KIND ROUNDS
  "$BUILD_DIR/load/rounds" "$STACK_DIR/http.sock" "$1" "$2" 4 > "$test_dir/rounds" || true
  cat "$test_dir/rounds"
  assert_contains "the rounds" "$2 rounds, 0 wrong" "$(< "$test_dir/rounds")"
}
# Runs a command over and over, until enough.
all_the_while() { while [[ ! -e $test_dir/enough ]]; do "$@"; done; }
enough() { # PID
  touch "$test_dir/enough"
  wait "$1"
  rm "$test_dir/enough"
}
look_up() { # TOKEN
  current "$1"
  [[ $status == 200 ]] || echo "$status $body" >> "$test_dir/faults"
}
cut_watchers() {
  redis_q CLIENT KILL TYPE pubsub > /dev/null
  sleep 0.05 # in which they may watch again
}
halt_redis() { # PID
  kill -STOP "$1"
  sleep 0.2 # so long it stands still
  kill -CONT "$1"
  sleep 0.2 # and so long it serves
}

it "answers 401 to $ROUNDS tokens right after their logout, and sees each scan"
log_in "$(code person=bystander)"
all_the_while look_up "$token" &
asker=$!
rounds logout "$ROUNDS"

it "answers 401 to $ROUNDS tokens right after a login on another device"
rounds login "$ROUNDS"
enough "$asker"
assert_eq "what a live token was answered meanwhile, other than 200" "" "$(cat "$test_dir/faults" 2> /dev/null || true)"

it "answers 401 to $MANY tokens right after a ban"
become_admin
export ADMIN
rounds ban "$MANY"

it "shows $MANY changed users as they are by then, while somebody else is asking"
rounds profile "$MANY"

it "all of that where no endpoint remembers anything and Redis is asked each time"
setting CURRENT_CACHE_ENTRIES=0 PROFILE_TRUST_S=3600
for name in current auth; do endpoint_replace "$name" || fail "no $name"; done
rounds logout "$ROUNDS"
rounds ban "$MANY"
rounds profile "$MANY"
(($(redis_q --scan --pattern 'userProfile_*' | wc -l) > 0)) || fail "no profile is kept in Redis"
setting CURRENT_CACHE_ENTRIES= PROFILE_TRUST_S=
for name in current auth; do endpoint_replace "$name" || fail "no $name"; done

it "answers 401 to $MANY tokens right after another session ended theirs, and after a login too many for two devices"
setting DEVICES=2
endpoint_replace login-wx || fail "no login-wx"
rounds revoke "$MANY"
rounds overflow "$MANY"
setting DEVICES=1
endpoint_replace login-wx || fail "no login-wx"

it "stays right while Redis closes the watching connections again and again"
all_the_while cut_watchers &
cutter=$!
rounds logout $((ROUNDS / 5))
rounds login $((ROUNDS / 5))
enough "$cutter"

it "stays right while Redis stands still again and again"
all_the_while halt_redis "$(pid_of redis)" &
halter=$!
rounds logout $((ROUNDS / 20))
rounds login $((ROUNDS / 20))
enough "$halter"

it "does not go on answering from memory when Redis is killed and comes back empty"
log_in "$(code person=loser)"
current "$token"
assert_status 200
current "$token"
assert_status 200
endpoint_kill redis
current "$token"
assert_unavailable
redis_start
current "$token"
assert_denied '无效的token'

it "watches anew: the next logins are remembered, and forgotten at their logout"
rounds logout 200

it "forgets everything when the database is flushed"
log_in "$(code person=loser)"
current "$token"
assert_status 200
redis_q FLUSHDB > /dev/null
current "$token"
assert_denied '无效的token'

it "keeps nothing that was read while Redis could not be watched"
log_in "$(code person=unwatched)"
unwatched=$token
user=$(mysql_q "SELECT id FROM user_user WHERE nickname = '用户unwatched'")
watchers() { redis_q PUBSUB NUMSUB __redis__:invalidate | tail -n 1; }
redis_rights -client # and so nobody may watch
endpoint_replace current
coproc HOLDER { mysql_admin scanlogin --unbuffered; }
printf "LOCK TABLES user_user WRITE; SELECT 'locked';\n" >&"${HOLDER[1]}"
read -r -t "$PATIENCE" _ <&"${HOLDER[0]}"
current "$unwatched" & # reads the session, and waits for its user
reader=$!
waits_for_user() { [[ $(mysql_q "SHOW PROCESSLIST") == *"Waiting for table"* ]]; }
eventually waits_for_user || fail "current does not wait"
redis_q DEL "userToken_$user" > /dev/null
before=$(watchers)
redis_rights
watched() { current "$unwatched" && (($(watchers) > before)); }
eventually watched || fail "nobody watches"
echo "UNLOCK TABLES;" >&"${HOLDER[1]}"
wait "$reader" || true
for _ in 1 2 3; do
  current "$unwatched"
  assert_denied '无效的token'
done

it "sees within seconds what was written to MySQL behind its back"
log_in "$(code person=banned)"
current "$token"
assert_status 200
mysql_q "UPDATE user_user SET is_active = 0" # counts after five seconds, and on a slow machine not for ever
is_denied() { current "$token" && [[ $status == 401 ]]; }
wait_until 60 is_denied || fail "a banned user's token stays good"
assert_denied '用户已被禁用'
