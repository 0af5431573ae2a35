#!/bin/bash
# Redis is killed, frozen, emptied, full and made a read-only replica while people log in, ask and log out. What needs it
# is 503 meanwhile and well by itself afterwards; no session is lost that Redis kept, and none that ended comes back.
# Part of make check under tsan as well.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"
. "$(dirname "$0")/../lib/load.bash"

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
  log_in "$(code)"
  logout "$token"
  assert_logged_out
done

load_start 4
writes_unavailable() {
  api GET "$CALLBACK?code=$(code)&state=$(new_uuid)"
  assert_unavailable
  api POST "$BEGIN"
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
code=$(code person=cut.userinfo-slow=3000)
scan "$uuid" "$code"
may_see 503 40163
poll_at_once cut "$uuid" &
cut=$!
eventually calls_are "$code" 1 1 || fail "WeChat was not asked"
endpoint_kill redis
wait "$cut" || fail "the poll failed"
assert_eq "the poll" "1 503 $UNAVAILABLE" "$(tally cut)"
redis_durable
poll "$uuid"
assert_logged_in
assert_calls "$code" 1 2
well_again "Redis killed in an exchange"
sessions_are_kept

it "... of a bound login too, and though another browser asks first"
begin one
code=$(code person=bound.userinfo-slow=3000)
callback one "$uuid" "$code"
assert_page 微信登录成功
may_see 503 40163
(
  ask one "$uuid"
  assert_unavailable
) &
cut=$!
eventually calls_are "$code" 1 1 || fail "WeChat was not asked"
endpoint_kill redis
wait "$cut" || fail "the poll was not cut off"
redis_durable
poll "$uuid"
assert_nothing_scanned
ask one "$uuid"
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
log_in "$(code person=leaving)"
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
log_in "$(code person=witness)"
assert_eq "the new session" 200 "$(status_of "$token")"

load_end
assert_persons
assert_eq "the endpoints are the ones from the beginning" "$pids_before" "$(pids)"
