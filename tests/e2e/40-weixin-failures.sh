#!/bin/bash
# WeChat fails in every way there is. What may pass is a 502 and keeps the scan for the next poll; what WeChat says is
# passed on and spends it.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

setting WX_TIMEOUT_MS=3000
start_stack

# scanned DIRECTIVES: a new scan; sets $uuid and $code.
scanned() {
  uuid=$(new_uuid) code=$(code "$1")
  scan "$uuid" "$code"
}
weixin_back_with() { # WX_API_BASE
  setting WX_API_BASE="$1"
  endpoint_replace login-wx || fail "login-wx not replaced"
}

it "the first call fails: 502, and the next poll logs in with the same scan"
for fault in status=500 status=404 html empty broken redirect hang; do
  scanned "$fault.times=1"
  poll "$uuid"
  assert_weixin_unavailable
  poll "$uuid"
  assert_logged_in
  assert_calls "$code" 2 1
done

it "... however often it fails before"
scanned status=500.times=5
for _ in 1 2 3 4 5; do
  poll "$uuid"
  assert_weixin_unavailable
done
poll "$uuid"
assert_logged_in
assert_calls "$code" 6 1

it "the first call fails after WeChat took the code: 502, then what WeChat says of it"
for fault in slow=12000 huge missing=access_token missing=openid; do
  scanned "$fault.times=1"
  poll "$uuid"
  assert_weixin_unavailable
  poll "$uuid"
  assert_refused 40163 'code been used'
  poll "$uuid"
  assert_nothing_scanned
  assert_calls "$code" 2 0
done

it "the second call fails: 502, and the next poll logs in without asking for the code again"
for fault in status=500 html empty broken redirect huge missing=openid hang slow=12000; do
  scanned "userinfo-$fault.userinfo-times=1"
  poll "$uuid"
  assert_weixin_unavailable
  poll "$uuid"
  assert_logged_in
  assert_calls "$code" 1 2
  poll "$uuid"
  assert_nothing_scanned
done
assert_eq "the last one's token" 200 "$(status_of "$token")"

it "WeChat's errors are passed on, and spend the scan"
for errcode in -1 40001 40013 40029 40125 40163 40226 41008 42003 45009 45011 48001; do
  for call in '' userinfo-; do
    # These pass where nothing is spent by asking again (http: login-wx-refused).
    [[ $call$errcode != userinfo-@(-1|45009|45011) ]] || continue
    scanned "${call}errcode=$errcode.${call}errmsg=$(printf 'said so, hints: [ req_id: x ]' | b64url)"
    poll "$uuid"
    assert_status 200
    assert_body "{\"code\":$errcode,\"msg\":\"said so, hints: [ req_id: x ]\"}"
    poll "$uuid"
    assert_nothing_scanned
    assert_calls "$code" 1 "$([[ -z $call ]] && echo 0 || echo 1)"
  done
done

it "errcode 0 is no error"
scanned errcode=0.userinfo-errcode=0
poll "$uuid"
assert_logged_in
assert_calls "$code" 1 1

it "a virtual visitor, and one whom the second call calls otherwise, gets no account"
users=$(mysql_q "SELECT COUNT(*) FROM user_user")
scanned snapshot
poll "$uuid"
assert_status 200
assert_body '{"code":"snapshot-user","msg":"微信未提供真实身份，请重新扫码"}'
poll "$uuid"
assert_nothing_scanned
scanned openid-mismatch
poll "$uuid"
assert_weixin_unavailable
assert_eq "users" "$users" "$(mysql_q "SELECT COUNT(*) FROM user_user")"

it "while WeChat hangs for some, others are served"
hanging=()
for n in 1 2 3 4; do
  scanned hang.times=1
  hanging+=("$uuid")
  codes[n]=$code
done
setting WX_TIMEOUT_MS=12000
endpoint_replace login-wx || fail "login-wx not replaced"
poll_at_once hanging "${hanging[@]}" &
held=$!
for n in 1 2 3 4; do eventually calls_are "${codes[n]}" 1 0 || fail "WeChat was not asked"; done
poll "$(new_uuid)"
assert_nothing_scanned
log_in "$(code)"
assert_eq "current" 200 "$(status_of "$token")"
poll "${hanging[0]}"
assert_nothing_scanned
kill -0 "$held" || fail "the hanging polls were over too soon for this test"
wait "$held" || fail "a hanging poll failed"
assert_eq "what hung" "4 502 $WEIXIN_UNAVAILABLE" "$(tally hanging)"
poll_at_once again "${hanging[@]}"
assert_eq "the same scans afterwards" "4 200 $LOGGED_IN" "$(tally again)"
setting WX_TIMEOUT_MS=3000

it "nobody listens where WeChat should be, or its name is unknown: 502; it comes back: the same scan logs in"
for base in "http://127.0.0.1:$(free_port)" http://weixin.invalid; do
  weixin_back_with "$base"
  scanned person=refused
  for _ in 1 2; do
    poll "$uuid"
    assert_weixin_unavailable
  done
  poll "$(new_uuid)"
  assert_nothing_scanned
  weixin_back_with "$SANDBOX"
  poll "$uuid"
  assert_logged_in
  assert_calls "$code" 1 1
done

it "WeChat answers 503 for all: the same, without a restart of ours"
program_stop weixin-sandbox
uuid=$(new_uuid) code=$(code)
scan "$uuid" "$code"
poll "$uuid"
assert_weixin_unavailable
assert_eq "who was logged in" 200 "$(status_of "$token")"
endpoint_start weixin-sandbox || fail "no sandbox"
poll "$uuid"
assert_logged_in
assert_calls "$code" 1 1

it "every 502 left one line in the log that names its request, and no secret"
grep ' "GET /api/user/login/wx/" 502 ' "$(log_of nginx-access)" | awk '{print $NF}' | sort > "$test_dir/failed"
sed -n 's/.* error login-wx\[[0-9]*\] WeChat unavailable request=\([0-9a-f]*\) .*/\1/p' "$(log_of login-wx)" |
  sort > "$test_dir/logged"
assert_eq "requests in the log" "$(< "$test_dir/failed")" "$(< "$test_dir/logged")"
logged=$(grep -v ' started ' "$(log_of login-wx)")
for secret in 00112233445566778899aabbccddeeff test. sandbox_ "$token" "$TEST_SECRET_KEY" "$MYSQL_SECRET"; do
  assert_not_contains "login-wx's log" "$secret" "$logged"
done
