#!/bin/bash
# The poll when WeChat is out of reach, too slow or does not speak its protocol: 502, the code is kept, and the next poll
# goes on from where this one got.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

LIMIT=3000 # ms
setting WX_TIMEOUT_MS=$LIMIT
start_stack login-wx login-wx-callback current

fails() { # UUID
  poll "$1"
  assert_weixin_unavailable
  assert_no_header Retry-After
}
kept() { assert_eq "the code kept for $1" "$2" "$(redis_q GET "WeixinCodeMap:$(tag "$1")")"; } # UUID CODE
claimed() { [[ $(redis_q EXISTS "WeixinClaim:$(tag killed)") == "$1" ]]; }
succeeds() { # UUID
  poll "$1"
  assert_eq "the poll after $code failed" '200 string' "$status $(jq -r '.data.token | type' "$body_file")"
}

it "the first call fails once: the code is kept, and the next poll logs in"
for fault in hang status=500 status=404 status=502 html empty broken redirect string-errcode string-errcode.errcode=0; do
  code=$(code $fault.times=1) name=${fault//=/-}
  scan "u-$name" "$code"
  fails "u-$name"
  kept "u-$name" "$code"
  assert_calls "$code" 1 0
  succeeds "u-$name"
  assert_calls "$code" 2 1
done

it "the second call fails once: the grant is kept too, and the code is not exchanged again"
for fault in hang slow=12000 status=500 html empty broken huge redirect string-errcode missing=openid; do
  code=$(code "userinfo-$fault.userinfo-times=1") name=${fault//=/-}
  scan "v-$name" "$code"
  fails "v-$name"
  kept "v-$name" "$code"
  assert_calls "$code" 1 1
  succeeds "v-$name"
  assert_calls "$code" 1 2
  assert_eq "what is left in Redis" '' "$(redis_q KEYS "Weixin*:v-$name")"
done

it "a reply too slow, too big or without what it must have is no reply; what WeChat says next is passed on"
for fault in slow=12000 huge missing=access_token missing=openid; do
  code=$(code $fault.times=1) name=${fault//=/-}
  scan "w-$name" "$code"
  fails "w-$name"
  kept "w-$name" "$code"
  poll "w-$name"
  assert_refused 40163
  assert_calls "$code" 2 0
done

it "WeChat that stays broken is 502 each time"
code=$(code status=503)
scan broken "$code"
for _ in 1 2 3; do fails broken; done
assert_calls "$code" 3 0
kept broken "$code"

it "a second reply about somebody else is 502, never a login"
users=$(mysql_q 'SELECT COUNT(*) FROM user_user')
code=$(code openid-mismatch)
scan else "$code"
fails else
fails else
assert_eq "the accounts" "$users" "$(mysql_q 'SELECT COUNT(*) FROM user_user')"

it "the grant of one code is nothing to another that came for the same uuid"
first=$(code userinfo-status=500) second=$(code)
scan both "$first"
fails both
log_in "$(code)" # meanwhile somebody else
scan both "$second"
succeeds both
assert_calls "$second" 1 1
assert_calls "$first" 1 1

it "a reply within the limit is good"
log_in "$(code slow=300.userinfo-slow=300)"

it "a process killed in mid-exchange gives the code back when its claim's life is over"
code=$(code hang.times=1)
scan killed "$code"
before=${EPOCHREALTIME/./}
curl -s -o /dev/null --unix-socket "$STACK_DIR/http.sock" 'http://localhost/api/user/login/wx/?uuid=killed' &
load=$!
eventually claimed 1 || fail "no claim"
life=$(redis_q PTTL "WeixinClaim:$(tag killed)")
# It has begun since, and may be as old as that by now.
age=$(((${EPOCHREALTIME/./} - before) / 1000))
((life <= 2 * LIMIT + 2000 && life + age >= 2 * LIMIT + 2000)) || fail "the claim lives for $life ms more, after $age ms"
endpoint_kill login-wx
wait "$load" || true
endpoint_start login-wx || fail "not started"
poll killed
assert_body "$NOTHING_SCANNED"
kept killed "$code"
eventually claimed 0 || fail "the claim stays"
succeeds killed

it "a port where nobody listens is 502"
setting WX_API_BASE=http://127.0.0.1:1
endpoint_replace login-wx || fail "not replaced"
scan refused "$(code)"
fails refused
