#!/bin/bash
# How often one client address may begin logins, poll and come back from WeChat: an office's worth, then 429 in the form
# of every other reply.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

NGINX_LIMITS=on
setting WX_TIMEOUT_MS=20000
start_stack

# flood COUNT METHOD PATH [CURL ARG…]: as fast as one connection goes; sets $statuses, "COUNT STATUS" lines, and $seconds, in
# which a budget grows, rounded up.
flood() {
  local before=${EPOCHREALTIME/./}
  statuses=$(curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" -X "$2" "${@:4}" -o /dev/null \
    -w '%{http_code}\n' "http://localhost$3&[1-$1]" | sort | uniq -c | sed 's/^ *//') || fail "curl ended with $?"
  seconds=$(((${EPOCHREALTIME/./} - before) / 1000000 + 1))
}
answered() { sed -n "s/^\([0-9]*\) $1$/\1/p" <<< "$statuses"; } # STATUS
within() { # WHAT LEAST MOST COUNT
  ((${4:-0} >= $2 && ${4:-0} <= $3)) || fail "$1: ${4:-0}, not from $2 to $3, of: $statuses"
  checks=$((checks + 1))
}
# until_limited METHOD PATH [CURL ARG…]: a budget that is spent lets one through each tenth of a second, which a slow machine
# takes for one request; so others spend it meanwhile, many at a time, as one by one they could wait for the endpoint.
until_limited() {
  local attempt others
  curl -sS --unix-socket "$STACK_DIR/http.sock" -Z --parallel-immediate --parallel-max 100 -X "$1" "${@:3}" -o /dev/null \
    "http://localhost$2#[1-1000000]" 2> /dev/null &
  others=$!
  for attempt in {1..1000}; do
    api "$@"
    [[ $status != 429 ]] || break
  done
  end_process "$others" "the others" || fail "the others do not end"
  assert_limited "attempt $attempt"
}
assert_limited() {
  assert_eq reply '429 {"code":429,"msg":"请求过于频繁，请稍后再试"}' "$status $body"
  assert_header Retry-After 1
  assert_json_headers
}

# Takes the changed configuration in; what comes afterwards meets no worker of the old one.
reload() {
  local master worker workers
  master=$(pid_of nginx)
  read -ra workers < "/proc/$master/task/$master/children" || true # it has no line end
  kill -HUP "$master"
  for worker in "${workers[@]}"; do eventually process_gone "$worker" || fail "an old worker stays"; done
}

it "an office may begin 50 logins at once and ten a second; then it is told to wait"
flood 300 POST "$BEGIN?x"
within "logins begun" 51 $((51 + 10 * seconds)) "$(answered 200)"
assert_eq "requests answered" 300 "$(($(answered 200) + $(answered 429)))"
until_limited POST $BEGIN
until_limited POST ${BEGIN%/}

it "polls have a budget of their own: 400 at once, 200 a second"
flood 400 GET "$BEGIN?uuid=u"
assert_eq "polls answered" '400 200' "$statuses"
for _ in {1..20}; do
  flood 4000 GET "$BEGIN?uuid=u"
  [[ -z $(answered 429) ]] || break # a slow machine does not get that far at once
done
within "polls refused" 1 4000 "$(answered 429)"

it "so has WeChat's return: 50 at once, ten a second; its code is in no log"
flood 300 GET "$CALLBACK?code=very-secret-code&state=u"
within "callbacks answered" 51 $((51 + 10 * seconds)) "$(answered 200)"
until_limited GET "$CALLBACK?code=very-secret-code&state=u"
assert_eq "logs that have the code" '' "$(grep -rlF very-secret-code "$STACK_DIR/log" || true)"
assert_eq "uuids in nginx's logs" '' "$(grep -lE 'uuid=' "$STACK_DIR"/log/nginx-* || true)"

it "current and logout have no limit"
flood 500 GET '/api/user/current/?x'
assert_eq "statuses" '500 401' "$statuses"
flood 500 POST '/api/user/logout/?x'
assert_eq "statuses" '500 401' "$statuses"

it "who waits is let in again"
begins() { api POST $BEGIN && [[ $status == 200 ]]; }
eventually begins || fail "the reply was $status"

it "as many requests of one address at a time as are allowed, and no more"
sed -i 's/limit_conn scanlogin-login 512/limit_conn scanlogin-login 2/' "$STACK_DIR/nginx/scanlogin-login.conf"
sed -i '/^ *limit_req /d' "$STACK_DIR/nginx/scanlogin-login.conf"
reload
polls=()
for uuid in a b; do
  slow=$(code slow=14000)
  scan "$uuid" "$slow"
  poll "$uuid" &
  polls+=($!)
done
# Only then: a third one that came before the second would have taken its place.
both_wait() { [[ $(redis_q EXISTS "WeixinClaim:$(tag a)")$(redis_q EXISTS "WeixinClaim:$(tag b)") == 11 ]]; }
eventually both_wait || fail "no exchange"
poll c
assert_limited
wait "${polls[@]}"

it "behind a proxy that is trusted each client has a budget of its own"
# As docs/install.md has it, for a proxy that comes over a unix socket.
nginx_configure "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}"
sed -i '/include scanlogin-upstreams.conf/a set_real_ip_from unix:; real_ip_header X-Forwarded-For; real_ip_recursive on;' \
  "$STACK_DIR/nginx/nginx.conf"
reload
limited_as() { # ADDRESS
  flood 300 POST "$BEGIN?x" -H "X-Forwarded-For: $1"
  [[ -n $(answered 429) && -n $(answered 200) ]]
}
limited_as 192.0.2.1 || fail "$statuses"
until_limited POST $BEGIN -H 'X-Forwarded-For: 192.0.2.1'
api POST $BEGIN -H 'X-Forwarded-For: 192.0.2.2'
assert_status 200

it "an IPv6 client has one budget for its whole /64"
limited_as 2001:db8:0:1::1 || fail "$statuses"
until_limited POST $BEGIN -H 'X-Forwarded-For: 2001:db8:0:1:ffff::2'
api POST $BEGIN -H 'X-Forwarded-For: 2001:db8:0:2::1'
assert_status 200
