#!/bin/bash
# However many polls of one uuid arrive at the same time: its code is exchanged once, and one of them gets the token.
# Part of make check under tsan as well.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

POLLS=30

setting WX_TIMEOUT_MS=14000 # far above what `slow` below takes
start_stack

# poll_many NAME UUID: that many polls of it, at the same time.
poll_many() {
  local uuids=() i
  for ((i = 0; i < POLLS; i++)); do uuids+=("$2"); done
  poll_at_once "$1" "${uuids[@]}"
}
one_logged_in() { printf "1 200 %s\n%s 200 %s\n" "$LOGGED_IN" $((POLLS - 1)) "$NOTHING_SCANNED"; }

it "$POLLS polls at once: one gets the token, all others find nothing"
for round in 1 2 3 4 5 6; do
  code=$(code)
  ((round % 2)) || code+=.slow=300
  uuid=$(new_uuid)
  scan "$uuid" "$code"
  poll_many "round$round" "$uuid"
  assert_eq "answers in round $round" "$(one_logged_in)" "$(tally "round$round")"
  assert_calls "$code" 1 1
  assert_eq "with the token" 200 "$(status_of "$(tokens "round$round")")"
  poll "$uuid"
  assert_nothing_scanned
done

it "... and when WeChat refuses, one gets the refusal"
code=$(code errcode=40029.slow=300)
uuid=$(new_uuid)
scan "$uuid" "$code"
poll_many refused "$uuid"
assert_eq "that found nothing" "$((POLLS - 1)) 200 $NOTHING_SCANNED" "$(tally refused | grep -F "$NOTHING_SCANNED")"
assert_contains "the other one" '1 200 {"code":40029,"msg":"invalid code' "$(tally refused | grep -vF "$NOTHING_SCANNED")"
assert_calls "$code" 1 0

it "... and when WeChat fails, the code is left for a later poll"
code=$(code status=500.times=1.slow=6000)
uuid=$(new_uuid)
scan "$uuid" "$code"
poll_at_once failed "$uuid" &
failed=$!
eventually calls_are "$code" 1 0 || fail "no exchange began"
poll_many meanwhile "$uuid"
assert_eq "answers meanwhile" "$POLLS 200 $NOTHING_SCANNED" "$(tally meanwhile)"
wait "$failed" || fail "the poll failed"
assert_eq "the poll that asked WeChat" "1 502 $WEIXIN_UNAVAILABLE" "$(tally failed)"
poll "$uuid"
assert_logged_in
assert_calls "$code" 2 1

it "a code that arrives during an exchange is not lost with the one before it"
uuid=$(new_uuid)
first=$(code slow=6000)
second=$(code)
scan "$uuid" "$first"
poll_at_once exchange "$uuid" &
exchange=$!
eventually calls_are "$first" 1 0 || fail "no exchange began"
scan "$uuid" "$second"
poll "$uuid"
assert_nothing_scanned
wait "$exchange" || fail "the first poll failed"
assert_eq "the first poll" "1 200 $LOGGED_IN" "$(tally exchange)"
assert_eq "its user" 200 "$(status_of "$(tokens exchange)")"
poll "$uuid"
assert_logged_in
assert_eq "the second code's user" 200 "$(status_of "$token")"
assert_eq "both are logged in" 200 "$(status_of "$(tokens exchange)")"
assert_calls "$first" 1 1
assert_calls "$second" 1 1
poll "$uuid"
assert_nothing_scanned

it "what the first code was exchanged for does not serve the second"
uuid=$(new_uuid)
first=$(code person=first.userinfo-status=500)
scan "$uuid" "$first"
poll "$uuid"
assert_weixin_unavailable
scan "$uuid" "$(code person=second)"
poll "$uuid"
assert_logged_in
current "$token"
assert_json .data.nickname 用户second
assert_calls "$first" 1 1

# From here on two processes serve, each on a socket of its own. They share Redis and MariaDB and nothing else.
first_pid=$(pid_of login-wx)
endpoint_spawn login-wx "$STACK_DIR/second.sock" || fail "no second login-wx"
second_pid=$(pid_of login-wx)
echo "$first_pid" > "$STACK_DIR/login-wx.pid"
assert_not_contains "another process" "$first_pid" "$second_pid"

it "$POLLS polls at once, half of them of each of two processes: one gets the token"
for round in 7 8 9 10; do
  code=$(code slow=300)
  uuid=$(new_uuid)
  scan "$uuid" "$code"
  mkdir "$test_dir/second$round"
  for ((i = 0; i < POLLS / 2; i++)); do
    (direct second GET "uuid=$uuid" && echo "$status $body" > "$test_dir/second$round/$i") &
    pids[i]=$!
  done
  POLLS=$((POLLS / 2)) poll_many "round$round" "$uuid"
  for pid in "${pids[@]}"; do wait "$pid" || fail "a poll failed"; done
  assert_eq "answers in round $round" "$(one_logged_in)" "$(
    { cat "$test_dir/second$round"/*; tally "round$round" | perl -pe 's/^(\d+) (.*\n)/$2 x $1/e'; } |
      sed 's/"token":"[^"]*"/"token":"<token>"/' | sort | uniq -c | sed 's/^ *//'
  )"
  assert_calls "$code" 1 1
done

it "one process gives the code back, the other one logs in with what the first had exchanged"
code=$(code userinfo-status=500.userinfo-times=1)
uuid=$(new_uuid)
scan "$uuid" "$code"
poll "$uuid"
assert_weixin_unavailable
direct second GET "uuid=$uuid"
assert_logged_in
assert_calls "$code" 1 2
assert_eq "the token" 200 "$(status_of "$token")"
assert_eq "the processes are the ones from the beginning" "$first_pid" "$(pid_of login-wx)"
assert_eq "keys left of all these logins" "" "$(redis_q --scan --pattern 'WeixinClaim:*')"
