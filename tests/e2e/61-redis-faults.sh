#!/bin/bash
# Redis is killed, frozen, emptied, full and made a read-only replica while people log in, ask and log out. What needs it
# is 503 meanwhile and well by itself afterwards; no session is lost that Redis kept, and none that ended comes back.
# Part of make check under tsan as well.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/flow.bash"
. "$(dirname "$0")/load.bash"

redis_durable() { redis_start --appendonly yes --appendfsync always || fail "no Redis"; }
setting LOG_LEVEL=info
start_stack
program_stop redis
redis_durable
pids_before=$(pids)

witnesses

it "Redis closes its connections: nobody notices"
for _ in 1 2 3; do
  redis_q CLIENT KILL TYPE normal > /dev/null
  assert_eq "the session" 200 "$(status_of "$witness")"
  log_in "test.$(new_uuid)"
  logout "$token"
  assert_logged_out
done

load_start 4
writes_unavailable() {
  api GET "$CALLBACK?code=test.x&state=$(new_uuid)"
  assert_unavailable
  api POST /api/user/login/wx/
  assert_unavailable
}
reads_go_on() {
  assert_eq "a live token" 200 "$(status_of "$witness")"
  assert_eq "a dead one" "401 无效的token" "$(status_of "$gone")"
}
all_unavailable() {
  local token
  writes_unavailable
  for token in "$witness" "$gone"; do
    current "$token"
    assert_unavailable
    logout "$token"
    assert_unavailable
  done
}

it "Redis is killed: 503 for all that needs it, then every session is as it was"
may_see 503 40163
endpoint_kill redis
all_unavailable
unavailable_by 100
redis_durable
well_again "Redis killed"
sessions_are_kept

it "Redis is killed while WeChat is asked: the next poll goes on from there, and need not wait for the claim's end"
uuid=$(new_uuid)
code=test.$uuid.person=cut.userinfo-slow=3000
scan "$uuid" "$code"
may_see 503 40163
poll_at_once cut "$uuid" &
cut=$!
eventually calls_are "$code" "1 1" || fail "WeChat was not asked"
endpoint_kill redis
wait "$cut" || fail "the poll failed"
assert_eq "the poll" "1 503 $UNAVAILABLE" "$(tally cut)"
redis_durable
poll "$uuid"
assert_logged_in
assert_eq "WeChat was asked" "1 2" "$(calls "$code")"
well_again "Redis killed in an exchange"
sessions_are_kept

it "... of a bound login too, and though another browser asks first"
api POST /api/user/login/wx/ -c "$test_dir/jar"
assert_status 200
uuid=$(jq -r .data.uuid "$body_file")
code=test.$uuid.person=bound.userinfo-slow=3000
api GET "$CALLBACK?code=$code&state=$uuid" -b "$test_dir/jar"
assert_contains "the callback's page" 微信登录成功 "$body"
may_see 503 40163
(
  api GET "/api/user/login/wx/?uuid=$uuid" -b "$test_dir/jar"
  assert_unavailable
) &
cut=$!
eventually calls_are "$code" "1 1" || fail "WeChat was not asked"
endpoint_kill redis
wait "$cut" || fail "the poll was not cut off"
redis_durable
poll "$uuid"
assert_nothing_scanned
api GET "/api/user/login/wx/?uuid=$uuid" -b "$test_dir/jar"
assert_logged_in
well_again "Redis killed in a bound login's exchange"

it "Redis is frozen for ten seconds: the same, within its time limits"
may_see 503 40163
frozen=$(pid_of redis)
kill -STOP "$frozen"
thaws_at=$((SECONDS + 10))
memory_is_over() { current "$witness" && [[ $status == 503 ]]; }
eventually memory_is_over || fail "current goes on without Redis"
writes_unavailable
time_is_up() { ((SECONDS >= thaws_at)); }
eventually time_is_up || fail "the clock stands still"
kill -CONT "$frozen"
well_again "Redis frozen"
sessions_are_kept

it "Redis is full: no login gets further, but whoever is logged in stays so and can log out"
log_in "test.$(new_uuid).person=leaving"
leaving=$token
may_see 503
redis_q CONFIG SET maxmemory 1 > /dev/null
writes_unavailable
reads_go_on
logout "$leaving"
assert_logged_out
assert_eq "after the logout" "401 无效的token" "$(status_of "$leaving")"
unavailable_by 20
redis_q CONFIG SET maxmemory 0 > /dev/null
well_again "Redis full"
sessions_are_kept

it "Redis is a replica of nobody: no login and no logout, but whoever is logged in stays so"
may_see 503 40163
redis_q REPLICAOF 127.0.0.1 1 > /dev/null
writes_unavailable
reads_go_on
logout "$witness"
assert_unavailable
unavailable_by 20
redis_q REPLICAOF NO ONE > /dev/null
well_again "Redis read-only"
sessions_are_kept

it "Redis comes back empty: whoever was logged in no longer is, and can log in again"
may_see 503 40163
endpoint_kill redis
current "$witness"
assert_unavailable
sessions_lost
rm -r "$STACK_DIR/redis/appendonlydir"
redis_durable
well_again "Redis empty"
assert_eq "the session from before" "401 无效的token" "$(status_of "$witness")"
log_in "test.$(new_uuid).person=witness"
assert_eq "the new session" 200 "$(status_of "$token")"

load_end
assert_persons
assert_eq "the endpoints are the ones from the beginning" "$pids_before" "$(pids)"
