#!/bin/bash
# A held poll: GET /api/user/login/wx/?uuid=U&wait=S — what it takes for a wait, what answers it and when, and that its
# answers are those of every other poll.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"
. "$(dirname "$0")/../lib/held.bash"

MISSING='{"code":"params-error","msg":"缺少参数 uuid"}'
ILLEGAL='{"code":"params-error","msg":"参数 uuid 不合法"}'
ILLEGAL_WAIT='{"code":"params-error","msg":"参数 wait 不合法"}'
REFUSED='{"code":"login-refused","msg":"用户取消了登录"}'
APP=https://app.example
setting TOKEN_COOKIE=site-token CORS_ORIGINS=$APP
start_held login-wx login-wx-callback

# It came before the time was over that the poll might have been held.
assert_early() { # WAIT
  ((lasted < $1 * 1000)) || fail "answered after $lasted ms, when its $1 s were over: $body"
  checks=$((checks + 1))
}
assert_not_before() { # WAIT
  ((lasted >= $1 * 1000)) || fail "answered after $lasted ms, before its $1 s were over: $body"
  checks=$((checks + 1))
}

it "a wait is a whole number of seconds from 1 to 25, and nothing else"
printf -v digits '%0999d' 0
asks "$ILLEGAL_WAIT" uuid=u\&wait={0,26,-1,-25,1.5,25.0,abc,%20,1%20,%201,+1,%2B1,1+,1s,0x1,1e1,%00,1%00,99999999999999999999,"２"} \
  'uuid=u&wait=1,2' 'wait=26&uuid=u' "uuid=u&wait=1$digits" 'uuid=u&wait=0&wait=5'
hold one u 1
held_reply one
assert_nothing_scanned
assert_json_headers
hold most u 25
are_held 1
still_held most || fail "25 s are not held"
hang_up most

it "an empty wait is none"
asks "$NOTHING_SCANNED" uuid=u 'uuid=u&wait' 'uuid=u&wait=' 'uuid=u&WAIT=x' 'uuid=u&await=x' 'uuid=u&wait=&wait='

it "what is wrong with the uuid is said at once, and first"
asks "$MISSING" wait=25 'uuid=&wait=25' 'wait=0' 'uuid=&wait=x'
asks "$ILLEGAL" 'uuid=%20&wait=25' 'uuid=a/b&wait=26' "uuid=$(printf '%0129d' 0)&wait=25"

it "a HEAD is never held, and spends nothing"
code=$(code) asked=$SECONDS
api HEAD "$BEGIN?uuid=headed&wait=25"
assert_status 200
assert_header Content-Length "$(printf %s "$NOTHING_SCANNED" | wc -c)"
scan headed "$code"
api HEAD "$BEGIN?uuid=headed&wait=25"
assert_header Content-Length "$(printf %s "$NOTHING_SCANNED" | wc -c)"
assert_calls "$code" 0 0
((SECONDS - asked < 25)) || fail "a HEAD was held"

it "if there is something to say already, it says so at once: a token, a refusal of WeChat's, WeChat away, a cancelled login"
hold early headed 25
held_reply early
assert_logged_in
assert_early 25
uuid=$(new_uuid)
scan "$uuid" "$(code errcode=40029)"
hold early "$uuid" 25
held_reply early
assert_refused 40029
assert_early 25
uuid=$(new_uuid)
scan "$uuid" "$(code status=500.times=1)"
hold early "$uuid" 25
held_reply early
assert_weixin_unavailable
assert_early 25
hold early "$uuid" 25
held_reply early
assert_logged_in
begin anybody
callback anybody "$uuid"
hold early "$uuid" 25 "${cookies[@]}"
held_reply early
assert_body "$REFUSED"
assert_early 25

it "when nothing comes, it says after its time that nothing is scanned, and not before"
for wait in 1 2 4; do hold "nobody-$wait" nobody-scans-this $wait; done
for wait in 1 2 4; do
  held_reply "nobody-$wait"
  assert_nothing_scanned
  assert_not_before $wait
done

it "the scan answers it: a login that is bound, and one of a page's own"
begin somebody
hold bound "$uuid" 25 "${cookies[@]}"
hold other own-uuid 25
are_held 2
still_held bound || fail "it was answered before the scan"
still_held other || fail "it was answered before the scan"
callback somebody "$uuid" "$(code)"
assert_page 微信登录成功
held_reply bound
assert_logged_in
assert_early 25
assert_json_headers
still_held other || fail "it was answered by another one's scan"
scan own-uuid "$(code)"
held_reply other
assert_logged_in
assert_early 25

it "... also while WeChat takes its time, and when WeChat refuses, or is away at first"
for name in slow refused away; do hold $name "$name-uuid" 25; done
are_held 3
scan slow-uuid "$(code slow=1500)"
scan refused-uuid "$(code errcode=40163)"
scan away-uuid "$(code status=500.times=1)"
held_reply slow
assert_logged_in
held_reply refused
assert_refused 40163
assert_early 25
held_reply away
assert_weixin_unavailable
assert_early 25
hold away away-uuid 25
held_reply away
assert_logged_in

it "a login that the person cancels answers it"
begin somebody
hold cancelled "$uuid" 25 "${cookies[@]}"
are_held 1
callback somebody "$uuid"
assert_page 已取消登录
held_reply cancelled
assert_eq reply "200 $REFUSED" "$status $body"
assert_early 25

scripts_run() { redis_q INFO commandstats | sed -n 's/^cmdstat_evalsha:calls=\([0-9]*\).*/\1/p'; }

it "another browser's held poll never gets a bound login's token"
begin somebody
hold mine "$uuid" 25 "${cookies[@]}"
hold stranger "$uuid" 10
hold forger "$uuid" 10 -b "scanlogin=$(printf '%032d' 0)"
are_held 3
callback somebody "$uuid" "$(code)"
held_reply mine
assert_logged_in
before=$(scripts_run)
for thief in stranger forger; do
  held_reply $thief
  assert_nothing_scanned
  assert_not_before 10
done
# Each look is a script. They look when something has happened to the login, not over and over.
(($(scripts_run) - before < 20)) || fail "looked $(($(scripts_run) - before)) times"
hold stranger "$uuid" 1
held_reply stranger
assert_nothing_scanned

it "the callback in another browser does not answer it"
begin somebody
hold mine "$uuid" 10 "${cookies[@]}"
are_held 1
callback '' "$uuid" "$(code)"
assert_page 登录未完成
held_reply mine
assert_nothing_scanned
assert_not_before 10

it "two held polls of one bound login: the browser has the token, one way or the other, and WeChat is asked once"
code=$(code)
begin somebody
for n in 1 2; do hold $n "$uuid" 25 "${cookies[@]}"; done
are_held 2
callback somebody "$uuid" "$code"
tokens=''
for n in 1 2; do
  held_reply $n
  if [[ $body == "$NOTHING_SCANNED" ]]; then continue; fi
  assert_logged_in
  tokens+=$token$'\n'
done
ask somebody "$uuid"
assert_logged_in
assert_eq "the tokens" "$token" "$(sort -u <<< "$tokens$token")"
assert_calls "$code" 1 1

it "two held polls of a page's own uuid: one has the token, as of two polls"
code=$(code)
for n in 1 2; do hold $n twice 10; done
are_held 2
scan twice "$code"
logged_in=0
for n in 1 2; do
  held_reply $n
  if [[ $body == "$NOTHING_SCANNED" ]]; then continue; fi
  assert_logged_in
  logged_in=$((logged_in + 1))
done
assert_eq "polls that got a token" 1 $logged_in
assert_calls "$code" 1 1

it "its reply has the cookie with the token, and can be read by the origins that may"
begin somebody
hold cookie "$uuid" 25 "${cookies[@]}" -H "Origin: $APP"
hold unread unread 1 -H 'Origin: https://evil.example'
hold empty empty 1 -H "Origin: $APP"
are_held 1
callback somebody "$uuid" "$(code)"
held_reply cookie
assert_logged_in
assert_contains "the cookie" "site-token=$token; Path=/; HttpOnly; SameSite=Lax; Max-Age=" "$(header Set-Cookie)"
for name in cookie empty; do
  [[ $name == cookie ]] || held_reply $name
  assert_header Access-Control-Allow-Origin "$APP"
  assert_header Access-Control-Allow-Credentials true
  assert_header Vary Origin
done
held_reply unread
assert_no_header Access-Control-Allow-Origin
assert_no_header Set-Cookie
