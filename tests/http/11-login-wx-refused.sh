#!/bin/bash
# The poll after a scan that WeChat, or the user's own record, turns into a refusal: it is passed on once, the code is
# spent, and there is neither token nor session.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack

# One whole reply, and the code gone with it.
refuses() { # CODE EXPECTED
  local uuid
  uuid=$(new_uuid)
  scan "$uuid" "$1"
  poll "$uuid"
  assert_eq "the reply to $1" "200 $2" "$status $body"
  assert_json_headers
  poll "$uuid"
  assert_eq "the poll after $1" "$NOTHING_SCANNED" "$body"
}
sessions() { redis_q KEYS 'userToken_*'; }
level_of() { sed -En "s/^[^ ]+ ([a-z]+) .* call=$1 errcode=$2 .*/\1/p" "$(log_of login-wx)" | sort -u; } # CALL ERRCODE

it "each errcode of the first call is passed on, as it is, with its errmsg"
for errcode in -1 40001 40003 40013 40014 40029 40125 40163 40226 41008 42003 45009 45011 48001 10000019; do
  errmsg="text of $errcode, hints: [ req_id: OsIKda0848th19 ]"
  code=$(code "errcode=$errcode.errmsg=$(b64 "$errmsg")")
  refuses "$code" "{\"code\":$errcode,\"msg\":\"$errmsg\"}"
done
assert_calls "$code" 1 0

it "and each of the second"
for errcode in 40001 40003 40014 41009 42001 48001; do
  errmsg="text of $errcode rid: 6206378a-793424c0-2e4091cc"
  code=$(code "userinfo-errcode=$errcode.userinfo-errmsg=$(b64 "$errmsg")")
  refuses "$code" "{\"code\":$errcode,\"msg\":\"$errmsg\"}"
done
assert_calls "$code" 1 1

it "an errmsg of any text arrives unescaped, one that is absent is empty"
refuses "$(code "errcode=40029.errmsg=$(b64 '无效的 code 🐼 "x"\/')")" '{"code":40029,"msg":"无效的 code 🐼 \"x\"\\/"}'
refuses "$(code errcode=40029.missing=errmsg)" '{"code":40029,"msg":""}'
refuses "$(code errcode=40029.errmsg=)" '{"code":40029,"msg":""}'

it "a code that WeChat never gave out is its 40029"
scan unknown never-seen
poll unknown
assert_refused 40029

it "a code that was used already is its 40163"
code=$(code)
log_in "$code"
scan again "$code"
poll again
assert_refused 40163
assert_contains "the text" 'code been used' "$body"

it "busy (-1) is passed on and the code is spent, whatever WeChat would say to it a second time"
code=$(code errcode=-1.times=1)
scan busy "$code"
poll busy
assert_refused -1
poll busy
assert_body "$NOTHING_SCANNED"
assert_calls "$code" 1 0

it "in the second call, busy (-1) and too often (45009, 45011) pass: the next poll goes on from the exchange"
for errcode in -1 45009 45011; do
  code=$(code "userinfo-errcode=$errcode.userinfo-times=1")
  scan "passing$errcode" "$code"
  poll "passing$errcode"
  assert_weixin_unavailable
  assert_calls "$code" 1 1
  poll "passing$errcode"
  assert_json '.data.token | type' string
  assert_calls "$code" 1 2
  assert_contains "the log" "errcode $errcode" "$(grep 'WeChat unavailable' "$(log_of login-wx)" | tail -n 1)"
done

it "errcode 0 is success, in either call"
log_in "$(code errcode=0)"
log_in "$(code userinfo-errcode=0)"
log_in "$(code errcode=0.userinfo-errcode=0)"

it "the operator's errors are logged as errors, the others are not"
for errcode in 40001 40013 40125; do assert_eq "level of $errcode" error "$(level_of access_token $errcode)"; done
for errcode in -1 40029 45011; do assert_eq "level of $errcode" info "$(level_of access_token $errcode)"; done
assert_eq "level of 40001 from userinfo" error "$(level_of userinfo 40001)"
assert_contains "what it tells the operator" WX_SECRET "$(grep errcode=40001 "$(log_of login-wx)" | tail -n 1)"

it "a virtual visitor is refused, is not asked about, and gets no account"
accounts() { mysql_q 'SELECT COUNT(*) FROM user_user; SELECT COUNT(*) FROM user_oauth'; }
users=$(accounts) before=$(sessions)
code=$(code snapshot)
refuses "$code" '{"code":"snapshot-user","msg":"微信未提供真实身份，请重新扫码"}'
assert_calls "$code" 1 0
assert_eq "the accounts" "$users" "$(accounts)"
assert_eq "the sessions" "$before" "$(sessions)"

it "whoever WeChat refuses gets no account and no session"
refuses "$(code userinfo-errcode=40003.userinfo-errmsg=)" '{"code":40003,"msg":""}'
assert_eq "the accounts" "$users" "$(accounts)"
assert_eq "the sessions" "$before" "$(sessions)"

it "a banned user is refused, whichever identity finds him, and gets no session"
log_in "$(code person=banned)"
logout "$token"
assert_status 200
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $user"
before=$(mysql_q "SELECT nickname, last_login FROM user_user WHERE id = $user")
for directives in person=banned person=banned.nounionid openid=banned unionid=banned person=banned.nickname=; do
  code=$(code $directives)
  refuses "$code" '{"code":1001,"msg":"用户已被禁用"}'
  assert_eq "his session" 0 "$(redis_q EXISTS "userToken_$user")"
done
assert_calls "$code" 1 1
assert_eq "his record" "$before" "$(mysql_q "SELECT nickname, last_login FROM user_user WHERE id = $user")"

it "and logs in again once he is no longer banned"
mysql_q "UPDATE user_user SET is_active = 1 WHERE id = $user"
banned=$user
log_in "$(code person=banned)"
assert_eq "the user" "$banned" "$user"
