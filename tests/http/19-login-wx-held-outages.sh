#!/bin/bash
# Held polls while things come and go: clients that hang up, an endpoint that ends, dies or is replaced, a Redis that is
# restarted, or refuses to be watched; and as many as an office has, within nginx's limits.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"
. "$(dirname "$0")/../lib/held.bash"

start_held login-wx login-wx-callback

descriptors() { find "/proc/$(pid_of login-wx)/fd" -mindepth 1 | wc -l; }
# The scan answers it before its time is over.
assert_woken() { # NAME
  held_reply "$1"
  assert_logged_in
  ((lasted < 25000)) || fail "answered after $lasted ms"
}
# Every one is answered, early, with the reply for nothing scanned.
assert_sent_away() { # COUNT WHAT
  many_replies
  assert_eq "the replies to $1 held polls, $2" "$1 200 $NOTHING_SCANNED" "$(< "$test_dir/many.tally")"
  (($(longest_of_many) < 25)) || fail "one was held for $(longest_of_many) s, $2"
}

it "who hangs up gives a place at the endpoint up, behind nginx and in front of it"
poll first
before=$(descriptors)
hold_many 100 25
are_held 100
(($(descriptors) >= before + 100)) || fail "$(descriptors) descriptors, before $before"
hang_up many
eventually no_connection || fail "$(connections) connections stay"
perl "$LIB/fcgi.pl" "$STACK_DIR/login-wx.sock" hangup 100 'uuid=u&wait=25'
eventually no_connection || fail "$(connections) connections stay"
freed() { (($(descriptors) <= before + 20)); } # some to Redis may have come
eventually freed || fail "$(descriptors) descriptors, before $before"
hold after after-uuid 25
are_held 1
scan after-uuid "$(code)"
assert_woken after

it "of two clients with one uuid, one that hangs up takes nothing from the other"
hold leaves both-uuid 25
hold stays both-uuid 25
are_held 2
hang_up leaves
scan both-uuid "$(code)"
assert_woken stays

it "an endpoint that is told to end answers what it holds, early; so it ends at once"
hold_many 200 25
are_held 200
program_stop login-wx || fail "it did not end by itself"
assert_sent_away 200 "of an endpoint that ended"
endpoint_start login-wx || fail "no login-wx"

it "one that is replaced as well: no request fails, and the pages ask the new one"
for _ in 1 2 3; do
  hold_many 200 25
  are_held 200
  endpoint_replace login-wx || fail "not replaced"
  assert_sent_away 200 "of an endpoint that was replaced"
done
hold anew anew-uuid 25
are_held 1
scan anew-uuid "$(code)"
assert_woken anew

it "a scan during the restart is not lost"
begin somebody
hold early "$uuid" 25 "${cookies[@]}"
are_held 1
program_stop login-wx
held_reply early
assert_nothing_scanned
callback somebody "$uuid" "$(code)"
endpoint_start login-wx || fail "no login-wx"
hold again "$uuid" 25 "${cookies[@]}"
assert_woken again

it "a poll that WeChat delays when the endpoint ends gets its answer, not the one for nothing scanned"
code=$(code slow=3000)
hold delayed delayed-uuid 25
are_held 1
scan delayed-uuid "$code"
eventually calls_are "$code" 1 0 || fail "WeChat was not asked"
endpoint_replace login-wx || fail "not replaced"
assert_woken delayed

it "one that is killed: nginx answers with 503, in scanlogin's form"
hold killed killed-uuid 25
are_held 1
endpoint_kill login-wx
held_reply killed
assert_unavailable
endpoint_start login-wx || fail "no login-wx"

it "Redis is restarted while polls are held: none is lost, and a scan is answered"
for n in 1 2 3; do hold "redis-$n" "redis-$n" 25; done
are_held 3
program_stop redis
redis_start || fail "no Redis"
scans() { api GET "$CALLBACK?code=$1&state=$2" && [[ $status == 200 ]]; }
for n in 1 2 3; do
  eventually scans "$(code)" "redis-$n" || fail "the callback: $status $body"
  held_reply "redis-$n"
  # While Redis was away it may have been told so; its page asks again.
  if [[ $body == "$UNAVAILABLE" ]]; then
    assert_unavailable
    hold "redis-$n" "redis-$n" 25
    held_reply "redis-$n"
  fi
  assert_logged_in
done

it "the connection on which Redis tells of scans breaks, and the scan comes at that moment"
for n in 1 2 3 4 5; do
  hold "broken-$n" "broken-$n" 25
  are_held 1
  redis_q CLIENT KILL TYPE pubsub > /dev/null
  scan "broken-$n" "$(code)"
  assert_woken "broken-$n"
done

it "where Redis refuses to be watched, the scan is answered all the same"
redis_rights -client
endpoint_replace login-wx || fail "not replaced"
hold_many 50 25
for n in 1 2 3; do hold "unwatched-$n" "unwatched-$n" 25; done
are_held 53
for n in 1 2 3; do
  scan "unwatched-$n" "$(code)"
  assert_woken "unwatched-$n"
done
begin somebody
hold cancelled "$uuid" 25 "${cookies[@]}"
callback somebody "$uuid"
held_reply cancelled
assert_body '{"code":"login-refused","msg":"用户取消了登录"}'
((lasted < 25000)) || fail "answered after $lasted ms"
hold nobody nobody 2
held_reply nobody
assert_nothing_scanned
((lasted >= 2000)) || fail "answered after $lasted ms"
hang_up many
redis_rights

it "... and once Redis lets itself be watched again"
watched() { [[ $(redis_q PUBSUB NUMSUB __redis__:invalidate | tail -n 1) != 0 ]]; }
eventually watched || fail "nobody watches"
hold watched watched-uuid 25
are_held 1
scan watched-uuid "$(code)"
assert_woken watched

it "200 people of one office have a poll held each, and one of them logs in, within nginx's limits"
NGINX_LIMITS=on
nginx_configure "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}" || fail "nginx refuses its configuration"
sed -i '/^ *keepalive/d' "$STACK_DIR/nginx/scanlogin-upstreams.conf"
nginx_again
hold_many 200 25
are_held 200
begin somebody
hold mine "$uuid" 25 "${cookies[@]}"
are_held 201
callback somebody "$uuid" "$(code)"
assert_woken mine

it "... through a restart as well"
endpoint_replace login-wx || fail "not replaced"
assert_sent_away 200 "of an office"
hold_many 200 25
are_held 200
hang_up many
