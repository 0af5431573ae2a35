#!/bin/bash
# A login that gives WeChat the whole window: login/wx/start/, the callback and login/wx/finish/ lead the browser on, to
# where it wanted to go or to the login page.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"

setting WX_OPEN_BASE=https://open.example
start_stack login-wx login-wx-callback current logout
START=/api/user/login/wx/start/
FINISH=/api/user/login/wx/finish/

encoded() { jq -rn --arg text "$1" '$text | @uri'; }
assert_leads_to() { # STATUS URL
  assert_eq "status and Location" "$1 $2" "$status $(header Location)"
  assert_header Cache-Control no-store
  assert_header Referrer-Policy no-referrer
}
# Begins one: sets $uuid and $mine.
start() { # [NEXT]
  api GET "$START${1+?next=$(encoded "$1")}"
  assert_eq status 302 "$status"
  uuid=$(header Location | sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p')
  mine=$(header Set-Cookie | sed 's/;.*//')
}
come_back() { api GET "$CALLBACK?code=$1&state=$uuid" -b "${2-$mine}"; } # CODE [COOKIE]
finish() { api GET "$FINISH?state=$uuid" -b "${1-$mine}"; }
token_cookie() { header Set-Cookie | sed -n 's/^token=\([^;]*\);.*/\1/p'; }
to_poll() { echo "/login/#uuid=$uuid&next=$(encoded "$1")"; } # NEXT

it "it leads to WeChat's page, with a uuid that is bound to the browser"
start /orders/
assert_leads_to 302 "https://open.example/connect/qrconnect?appid=wx0123456789abcdef&redirect_uri=$(encoded "http://localhost$CALLBACK")&\
response_type=code&scope=snsapi_login&state=$uuid#wechat_redirect"
[[ $uuid =~ ^[0-9a-f]{32}$ ]] || fail "uuid: $uuid"
assert_eq "the browser's hash" "$(sha256 "${mine#scanlogin=}")" "$(redis_q GET "WeixinLogin:$(tag "$uuid")")"
ttl=$(redis_q TTL "WeixinStart:$(tag "$uuid")")
((ttl > 590 && ttl <= 600)) || fail "it is kept for $ttl s"

it "from the callback it goes to finish, and without TOKEN_COOKIE to the login page, whose poll has the token"
code=$(code)
come_back "$code"
assert_leads_to 303 "$FINISH?state=$uuid"
finish
assert_leads_to 303 "$(to_poll /orders/)"
ask "$mine" "$uuid"
assert_logged_in
current "$token"
assert_status 200

it "finish asked again leads there again, WeChat was asked once, and so does the callback, which came twice"
finish
assert_leads_to 303 "$(to_poll /orders/)"
come_back "$code"
assert_leads_to 303 "$FINISH?state=$uuid"
ask "$mine" "$uuid"
assert_logged_in
assert_calls "$code" 1 1

it "another browser gets nowhere, and takes nothing from the one that began"
start /
code=$(code)
come_back "$code" ''
assert_page 登录未完成
come_back "$code"
for other in '' "scanlogin=$(printf '%032d' 7)"; do
  finish "$other"
  assert_leads_to 303 "/login/?error=other-browser"
done
finish
assert_leads_to 303 "$(to_poll /)"

it "a refusal by the person, by WeChat and for a banned user leads to the login page with its name"
start /a?b=c
api GET "$CALLBACK?state=$uuid" -b "$mine"
assert_leads_to 303 "$FINISH?state=$uuid"
finish
assert_leads_to 303 "/login/?error=login-refused&next=%2Fa%3Fb%3Dc"
finish
assert_leads_to 303 "/login/?error=login-refused&next=%2Fa%3Fb%3Dc"
start
come_back expired
finish
[[ $status == 303 && $(header Location) =~ ^/login/\?error=40[0-9]+$ ]] || fail "$status $(header Location)"
log_in "$(code person=banned)"
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $user"
start
come_back "$(code person=banned)"
finish
assert_leads_to 303 "/login/?error=disabled"

it "a login that is over, or whose code never came, has expired"
start /x
finish
assert_leads_to 303 "/login/?error=expired&next=%2Fx"
redis_q DEL "WeixinStart:$(tag "$uuid")" "WeixinLogin:$(tag "$uuid")" > /dev/null
finish
assert_leads_to 303 "/login/?error=expired"

it "with WeChat away the code is kept: the login page polls on with it"
start /y
code=$(code status=503)
come_back "$code"
finish
assert_leads_to 303 "/login/?error=provider-unavailable&next=%2Fy#uuid=$uuid&next=%2Fy"

it "next is a path of this site, of 8 KiB at the most; whatever a browser may send comes out as it was"
for next in //evil.example '/\evil.example' 'https://evil.example/' evil $'/\n/evil.example' $'/\t/evil.example' 'javascript:alert(1)'; do
  api GET "$START?next=$(encoded "$next")"
  assert_body '{"code":"params-error","msg":"参数 next 不合法"}'
  assert_no_header Set-Cookie
done
direct login-wx GET "next=/$(printf '%08192d' 0)" '' SCRIPT_NAME=$START HTTP_HOST=localhost
assert_body '{"code":"params-error","msg":"参数 next 不合法"}'
setting TOKEN_COOKIE=token
endpoint_replace login-wx || fail "no login-wx"
arrives() { # NEXT LOCATION
  start "$1"
  come_back "$(code)"
  finish
  assert_leads_to 303 "$2"
}
arrives '/a b/张?x=%2F&y=1#part' '/a%20b/%E5%BC%A0?x=%2F&y=1#part'
arrives '/"<>^`{|}' '/%22%3C%3E%5E%60%7B%7C%7D'
long=/$(printf '%07000d' 0)
arrives "$long" "$long"

it "with TOKEN_COOKIE it ends where it was to go, with the token; twice the same"
start /orders/
come_back "$(code)"
finish
assert_leads_to 303 /orders/
token=$(token_cookie)
current "$token"
assert_status 200
finish
assert_leads_to 303 /orders/
assert_eq "the token" "$token" "$(token_cookie)"
start
assert_contains "Location" "state=$uuid#" "$(header Location)"
come_back "$(code)"
finish
assert_leads_to 303 /

it "what is no state of a login begun here is refused; HEAD begins and finishes nothing"
for state in '' page-made "$(openssl rand -hex 16)" '../x'; do
  api GET "$FINISH?state=$state"
  assert_json .code params-error
done
before=$(redis_q KEYS '*' | sort)
api HEAD $START
assert_eq status 302 "$status"
assert_eq "keys in Redis" "$before" "$(redis_q KEYS '*' | sort)"
start
come_back "$(code)"
api HEAD "$FINISH?state=$uuid" -b "$mine"
assert_no_header Set-Cookie
finish
assert_leads_to 303 /
for path in "${START%/}" "${FINISH%/}?state=$uuid"; do
  api GET "$path" -b "$mine"
  [[ $status == 30[23] ]] || fail "$path: $status $body"
done
for path in $START $FINISH; do
  api POST "$path"
  assert_status 405
done

it "50 at once for one login come to one exchange, and each is led on"
start /z
code=$(code slow=300)
come_back "$code"
for _ in {1..50}; do printf 'url = "http://localhost%s"\noutput = /dev/null\n' "$FINISH?state=$uuid"; done > "$test_dir/requests"
curl -sSg --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" --no-progress-meter --parallel --parallel-immediate --parallel-max 50 \
  -b "$mine" -w '%{http_code} %header{location}\n' -K "$test_dir/requests" > "$test_dir/ends" || fail "curl: $?"
assert_eq "where they were led" "$(printf '%s\n' "303 $(to_poll /z)" '303 /z' | sort)" "$(sort -u "$test_dir/ends")"
assert_calls "$code" 1 1
