#!/bin/bash
# login-wx is killed while it asks WeChat. Its claims end by themselves, and the next polls go on from where it was.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

# A claim lives for 2 × WX_TIMEOUT_MS + 2 s: 12 s.
setting WX_TIMEOUT_MS=5000
start_stack

# All at once, for the claims' lives to pass together.
declare -A uuids codes
names=(unspent spent exchanged renewed)
codes=(
  [unspent]=$(code person=unspent.hang.times=1)
  [spent]=$(code person=spent.slow=4900)
  [exchanged]=$(code person=exchanged.userinfo-hang.userinfo-times=1)
  [renewed]=$(code person=renewed.hang)
)
second_code=$(code person=second)

claims() { redis_q --scan --pattern 'WeixinClaim:*' | wc -l; }
claimed() { [[ $(claims) == "$1" ]]; } # COUNT
poll_all() { poll_at_once "$1" "${uuids[unspent]}" "${uuids[spent]}" "${uuids[exchanged]}" "${uuids[renewed]}"; } # NAME

it "login-wx is killed in the middle of four exchanges: the polls are 503 at worst"
for name in "${names[@]}"; do
  uuids[$name]=$(new_uuid)
  scan "${uuids[$name]}" "${codes[$name]}"
done
poll_all killed &
polls=$!
for name in "${names[@]}"; do
  asked=(1 0)
  [[ $name != exchanged ]] || asked=(1 1)
  eventually calls_are "${codes[$name]}" "${asked[@]}" || fail "WeChat was not asked for $name"
done
endpoint_kill login-wx
wait "$polls" || fail "a poll had no answer"
assert_eq "answers" "4 503 $UNAVAILABLE" "$(tally killed)"
assert_eq "claims that are left" 4 "$(claims)"

it "the claims that it left have an end"
for name in "${names[@]}"; do
  left=$(redis_q PTTL "WeixinClaim:$(tag "${uuids[$name]}")")
  ((left > 0 && left <= 12000)) || fail "the claim of $name has $left ms left"
  checks=$((checks + 1))
done

it "until then a new process finds nothing, and asks WeChat nothing"
endpoint_start login-wx || fail "no login-wx"
poll_all before
if claimed 4; then assert_eq "answers before the claims' end" "4 200 $NOTHING_SCANNED" "$(tally before)"; fi
scan "${uuids[renewed]}" "$second_code"
log_in "$(code person=other)"
assert_eq "another person meanwhile" 200 "$(status_of "$token")"

it "after that a code that WeChat had not taken logs in"
eventually claimed 0 || fail "claims are left: $(claims)"
poll "${uuids[unspent]}"
assert_logged_in
current "$token"
assert_status 200
assert_json .data.nickname 用户unspent
assert_calls "${codes[unspent]}" 2 1

it "... one that it had taken is refused, and then is gone"
poll "${uuids[spent]}"
assert_refused 40163 'code been used'
poll "${uuids[spent]}"
assert_nothing_scanned
assert_calls "${codes[spent]}" 2 0

it "... one that had been exchanged logs in without being exchanged again"
poll "${uuids[exchanged]}"
assert_logged_in
current "$token"
assert_status 200
assert_json .data.nickname 用户exchanged
assert_calls "${codes[exchanged]}" 1 2

it "... and where another code came in its place that one logs in"
poll "${uuids[renewed]}"
assert_logged_in
current "$token"
assert_status 200
assert_json .data.nickname 用户second
assert_calls "${codes[renewed]}" 1 0
assert_calls "$second_code" 1 1

it "nothing is left over"
poll_all after
assert_eq "answers" "4 200 $NOTHING_SCANNED" "$(tally after)"
assert_eq "keys of codes" "" "$(redis_q --scan --pattern 'Weixin*')"
assert_eq "users" 4 "$(mysql_q "SELECT COUNT(*) FROM user_user")"
assert_eq "users without an identity" 0 "$(half_users)"
