#!/bin/bash
# The endpoints' clocks jump an hour ahead and back, all of them or one by itself, while they run. Nothing lives or dies
# by it but by a token's own `exp`: sessions, logins under way, what is remembered, the audit log.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"

ENDPOINTS=(login-wx login-wx-callback current logout)
faketime=$(find /usr/lib -name libfaketimeMT.so.1 | head -n 1)
[[ -n $faketime ]] || fail "not installed: libfaketime (tools/packages test installs it)"
# A sanitizer has to come before whatever else is loaded so, and only into what was built with it.
sanitizer=$(ldd "$BUILD_DIR/current" | sed -n 's/.* => \(.*lib[at]san.*\) (.*/\1/p')
# The address sanitizer asks for the time while it holds the lock of the sizes around 232 bytes, and libfaketime then adds a
# variable to the environment, for which it allocates: the process stands still where the environment is of that size. With
# these it is larger.
padding=()
[[ -z $sanitizer ]] || mapfile -t padding < <(printf 'PADDING_%d=\n' {1..64})

# clock NAME TIME: +3600, -3600, +0, or a date at which it stands still.
clock() {
  echo "$2" > "$STACK_DIR/clock-$1.new"
  mv "$STACK_DIR/clock-$1.new" "$STACK_DIR/clock-$1"
}
all_clocks() { for name in "${ENDPOINTS[@]}"; do clock "$name" "$1"; done; } # TIME

start_stack "${ENDPOINTS[@]}"
all_clocks +0
for name in "${ENDPOINTS[@]}"; do
  ENDPOINT_UNDER=("$(command -v env)" "${padding[@]}" "LD_PRELOAD=${sanitizer:+$sanitizer }$faketime" "FAKETIME_TIMESTAMP_FILE=$STACK_DIR/clock-$name"
    FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 TZ=UTC)
  endpoint_replace "$name" || fail "$name not replaced"
done

claim() { part 2 "$2" | jq -r ".$1"; } # NAME TOKEN
# How many seconds the last line of an endpoint's log is ahead of now.
ahead() { echo $(($(date -d "$(tail -n 1 "$(log_of "$1")" | cut -d ' ' -f 1)" +%s) - $(date +%s))); }

it "the clocks do move"
for offset in +3600 -3600 +0; do
  all_clocks $offset
  log_in "$(code)"
  behind=$((offset - $(ahead login-wx)))
  ((behind >= -30 && behind <= 30)) || fail "the log is $(ahead login-wx) s ahead"
done

it "who is logged in stays so, from memory and from Redis"
log_in "$(code)"
witness=$token
for offset in +3600 -3600 +0; do
  all_clocks $offset
  assert_eq "from memory" 200 "$(status_of "$witness")"
  log_in "$(code)"
  assert_eq "of a login now" 200 "$(status_of "$token")"
  tokens_of_all+=("$token")
done
for offset in -3600 +3600 +0; do
  all_clocks $offset
  for token in "${tokens_of_all[@]}"; do assert_eq "at $offset" 200 "$(status_of "$token")"; done
done

it "a clock that is off by itself: the same"
for name in "${ENDPOINTS[@]}"; do
  for offset in +3600 -3600; do
    clock "$name" $offset
    assert_eq "who was logged in" 200 "$(status_of "$witness")"
    log_in "$(code)"
    assert_eq "who logs in" 200 "$(status_of "$token")"
    logout "$token"
    assert_logged_out
    assert_eq "after the logout" "401 无效的token" "$(status_of "$token")"
  done
  clock "$name" +0
done

it "a login goes on while the clocks move, and its reply is given again"
for offsets in '+0 +3600 -3600' '+3600 +0 -3600' '-3600 +3600 +0'; do
  read -r at_begin at_scan at_poll <<< "$offsets"
  all_clocks "$at_begin"
  begin one
  ask one "$uuid"
  assert_nothing_scanned
  all_clocks "$at_scan"
  callback one "$uuid" "$(code)"
  assert_page 微信登录成功
  all_clocks "$at_poll"
  ask one "$uuid"
  assert_logged_in
  first=$token
  all_clocks "$at_begin"
  ask one "$uuid"
  assert_logged_in
  assert_eq "the token again" "$first" "$token"
  assert_eq "its session" 200 "$(status_of "$token")"
done

it "... also in the middle of an exchange"
for offset in +3600 -3600; do
  all_clocks +0
  uuid=$(new_uuid) code=$(code slow=500)
  scan "$uuid" "$code"
  poll_at_once exchanging "$uuid" &
  exchanging=$!
  eventually calls_are "$code" 1 0 || fail "WeChat was not asked"
  all_clocks $offset
  poll "$uuid"
  assert_nothing_scanned # one exchange at a time, still
  wait "$exchanging" || fail "the poll failed"
  assert_eq "the poll" "1 200 $LOGGED_IN" "$(tally exchanging)"
done

it "what is dead stays dead"
all_clocks +3600
log_in "$(code person=twice)"
replaced=$token
assert_eq "the first device" 200 "$(status_of "$replaced")"
all_clocks -3600
log_in "$(code person=twice)"
for offset in +0 +3600 -3600; do
  all_clocks $offset
  assert_eq "the first device" "401 无效的token" "$(status_of "$replaced")"
done

it "a ban by SQL counts within seconds, wherever the clock goes"
all_clocks +0
assert_eq "before it" 200 "$(status_of "$token")"
clock current -3600
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $(claim id "$token")"
banned() { [[ $(status_of "$token") == "401 用户已被禁用" ]]; }
wait_until 60 banned || fail "the banned user is let in"

it "a token ends by its exp, to the second, and by nothing else"
id=$(claim id "$witness")
exp=$(($(date +%s) + 1800))
short=$(jwt '{"typ":"jwt_","alg":"HS256"}' "{\"id\":$id,\"username\":\"$(claim username "$witness")\",\"exp\":$exp}")
redis_q HSET "userToken_$id" "$(sha256 "$short")" '{}' > /dev/null
at_second() { clock current "$(date -u -d "@$1" '+%Y-%m-%d %H:%M:%S')"; }
for _ in 1 2; do
  at_second $((exp - 1))
  for _ in 1 2; do assert_eq "a second before it" 200 "$(status_of "$short")"; done
  at_second "$exp"
  for _ in 1 2; do assert_eq "at that second" "401 token过期失效" "$(status_of "$short")"; done
done
clock current +0
assert_eq "with the clock right" 200 "$(status_of "$short")"

it "the database's times are its own"
assert_eq "rows of another time" "0 0" "$(mysql_q "SELECT
  (SELECT COUNT(*) FROM user_audit WHERE ABS(TIMESTAMPDIFF(SECOND, at, UTC_TIMESTAMP())) > 600),
  (SELECT COUNT(*) FROM user_user WHERE ABS(TIMESTAMPDIFF(SECOND, date_joined, UTC_TIMESTAMP())) > 600
    OR ABS(TIMESTAMPDIFF(SECOND, last_login, UTC_TIMESTAMP())) > 600)" | tr '\t' ' ')"
