#!/bin/bash
# A login that is begun at the server: POST /api/user/login/wx/ — what it gives, what its cookie is worth, and that a
# login bound to a browser answers to that browser alone.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"

start_stack login-wx login-wx-callback current logout
REFUSED='{"code":"login-refused","msg":"用户取消了登录"}'

is_good() { current "$token"; assert_status 200; }
keys() { redis_q KEYS '*' | sort | paste -sd ' '; }
nobody="scanlogin=$(printf '%032d' 0)"

it "a login begun has what WeChat's QR code is shown with, in this order, never cached"
api POST $BEGIN
assert_status 200
assert_json_headers
assert_json '.code, (.data | keys_unsorted)' $'200\n["uuid","appid","scope","redirect_uri","js"]'
assert_json '.data | del(.uuid)' "{\"appid\":\"wx0123456789abcdef\",\"scope\":\"snsapi_login\",\
\"redirect_uri\":\"http://localhost$CALLBACK\",\"js\":\"$SANDBOX$WX_JS_PATH\"}"

it "its cookie is random, for these paths and no script, and as long as a login can take"
begin ''
first=$mine
[[ $(header Set-Cookie) =~ ^scanlogin=[0-9a-f]{32}\;\ Path=/api/user/login/wx/\;\ Max-Age=1200\;\ HttpOnly\;\ SameSite=Lax$ ]] ||
  fail "another cookie: $(header Set-Cookie)"
begin ''
[[ $mine != "$first" ]] || fail "the same cookie twice"

it "Redis keeps the cookie's hash alone, for a code's life"
assert_eq "what is kept" "$(sha256 "${mine#scanlogin=}")" "$(redis_q GET "WeixinLogin:$(tag "$uuid")")"
ttl=$(redis_q TTL "WeixinLogin:$(tag "$uuid")")
((ttl > 590 && ttl <= 600)) || fail "it is kept for $ttl s"
assert_eq "keys with the secret" '' "$(redis_q KEYS "*${mine#scanlogin=}*")"

it "a body, a query, and the path without its slash make no difference"
begin '' -d 'uuid=mine' -H 'Content-Type: application/x-www-form-urlencoded'
api POST "${BEGIN%/}?uuid=u"
assert_json .code 200

it "on https the cookie goes to frames of another site too, and never over http"
direct login-wx POST '' '' REQUEST_SCHEME=https HTTP_HOST=shop.example
assert_json .data.redirect_uri "https://shop.example$CALLBACK"
assert_contains "the cookie" '; HttpOnly; Secure; SameSite=None' "$(header Set-Cookie)|"

it "another site cannot have the browser begin, and so push its own logins out of the cookie"
before=$(keys)
api POST $BEGIN -b "$mine" -H 'Sec-Fetch-Site: cross-site'
assert_eq reply '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"
assert_no_header Set-Cookie
assert_eq keys "$before" "$(keys)"
for site in same-origin same-site none; do
  api POST $BEGIN -H "Sec-Fetch-Site: $site"
  assert_json .code 200
done

it "... nor where the browser sends no Sec-Fetch-Site, as to http and in Safari before 16.4: Origin says so"
for origin in https://evil.example http://localhost.evil.example http://localhost:8080 http://www.localhost null; do
  before=$(keys)
  api POST $BEGIN -b "$mine" -H "Origin: $origin"
  assert_eq "reply to $origin" '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"
  assert_no_header Set-Cookie
  assert_eq keys "$before" "$(keys)"
done
api POST $BEGIN -H 'Origin: http://localhost' -H 'Sec-Fetch-Site: cross-site'
assert_eq reply '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"
for origin in http://localhost https://localhost; do
  api POST $BEGIN -H "Origin: $origin"
  assert_json .code 200
done
api POST $BEGIN -H 'Origin: http://shop.example' -H 'Sec-Fetch-Site: same-origin'
assert_json .code 200

it "a Host that is none is refused"
for host in '' 'a/b' 'a b' $'a\nb' '<b>' 'a@b' "$(printf '%0256d' 0)"; do
  direct login-wx POST '' '' "HTTP_HOST=$host"
  assert_body '{"code":"params-error","msg":"参数 Host 不合法"}'
done

it "the browser that began it logs in; from the scan on the login lives as long as the code"
begin ''
ask "$mine" "$uuid"
assert_nothing_scanned
code=$(code)
redis_q EXPIRE "WeixinLogin:$(tag "$uuid")" 10 > /dev/null
callback "$mine" "$uuid" "$code"
assert_page 微信登录成功
(($(redis_q TTL "WeixinLogin:$(tag "$uuid")") > 590)) || fail "the login is kept for $(redis_q TTL "WeixinLogin:$(tag "$uuid")") s"
ask "$mine" "$uuid"
assert_logged_in
is_good

it "asked again by the same browser it gives the same token; WeChat was asked once, and nobody was logged out"
lost=$token
for _ in 1 2 3; do
  ask "$mine" "$uuid"
  assert_logged_in
  assert_eq "the token" "$lost" "$token"
done
is_good
assert_calls "$code" 1 1
ttl=$(redis_q TTL "WeixinCodeMap:$(tag "$uuid"):outcome")
((ttl > 50 && ttl <= 60)) || fail "the outcome is kept for $ttl s"
ttl=$(redis_q TTL "WeixinLogin:$(tag "$uuid")")
((ttl > 50 && ttl <= 60)) || fail "the login is kept for $ttl s"

it "... also when another key signs by now"
setting SECRET_KEY=a-new-key-of-more-than-thirty-two-bytes "SECRET_KEY_FALLBACKS=$TEST_SECRET_KEY"
endpoint_replace login-wx || fail "not replaced"
ask "$mine" "$uuid"
assert_body "{\"code\":200,\"data\":{\"token\":\"$lost\"}}"
setting "SECRET_KEY=$TEST_SECRET_KEY" SECRET_KEY_FALLBACKS=

it "... also after login-wx was replaced, and by the code arriving once more"
endpoint_replace login-wx || fail "not replaced"
ask "$mine" "$uuid"
assert_body "{\"code\":200,\"data\":{\"token\":\"$lost\"}}"
callback "$mine" "$uuid" "$code"
assert_page 微信登录成功
ask "$mine" "$uuid"
assert_body "{\"code\":200,\"data\":{\"token\":\"$lost\"}}"
assert_calls "$code" 1 1

it "Redis does not hold the token"
signature=${token##*.}
for key in $(redis_q KEYS '*'); do
  case $(redis_q TYPE "$key") in
    string) kept=$(redis_q GET "$key") ;;
    hash) kept=$(redis_q HGETALL "$key") ;;
    *) fail "$key is of another type" ;;
  esac
  assert_not_contains "$key" "$signature" "$kept"
done

it "to any other browser it is nothing: no cookie, a made-up one, somebody's own"
rightful=$mine
stolen=$uuid
begin ''
for cookie in '' "$nobody" 'scanlogin=' "$mine" "$nobody; $mine" "scanlogin=$uuid"; do
  uuid=$stolen
  ask "$cookie" "$uuid"
  assert_nothing_scanned
done
uuid=$stolen
ask "$nobody; $rightful" "$uuid"
assert_logged_in

it "when the minute is over it is gone for its own browser too"
redis_q DEL "WeixinCodeMap:$(tag "$uuid"):outcome" "WeixinLogin:$(tag "$uuid")" > /dev/null
ask "$rightful" "$uuid"
assert_nothing_scanned
callback "$rightful" "$uuid" "$(code)"
assert_page 登录未完成
callback '' "$uuid" "$(code)"
assert_page 登录未完成
assert_eq "codes kept" '' "$(redis_q KEYS 'WeixinCodeMap:*')"

it "a callback in another browser keeps nothing, and says where to scan; the login goes on"
begin ''
code=$(code)
for cookie in '' "$nobody" "$first"; do
  callback "$cookie" "$uuid" "$code"
  assert_page 登录未完成
  assert_contains "the page" 请在发起登录的浏览器中扫码 "$body"
  assert_no_header Set-Cookie
done
assert_eq "codes kept" '' "$(redis_q KEYS 'WeixinCodeMap:*')"
ask "$mine" "$uuid"
assert_nothing_scanned
assert_calls "$code" 0 0
callback "$mine" "$uuid" "$code"
ask "$mine" "$uuid"
assert_logged_in

it "a browser that sends no cookie, as to a frame that WeChat redirected, is led back once by the page itself"
begin ''
code=$(code)
for query in "code=$code&state=$uuid" "state=$uuid"; do
  api GET "$CALLBACK?$query"
  assert_page 登录未完成
  [[ $(header Refresh) =~ ^'0; url='(\?.*)$ ]] || fail "led to: $(header Refresh)"
  back=${BASH_REMATCH[1]#\?}
  api GET "$CALLBACK?$back"
  assert_page 登录未完成
  assert_no_header Refresh
done
callback "$nobody" "$uuid" "$code"
assert_no_header Refresh
callback '' "$uuid" %22%3B%0Cx
assert_no_header Refresh
callback '' "$uuid" %22%3B%20%E7%A0%81%ff
assert_header Refresh "0; url=?state=$uuid&code=%22%3B%20%E7%A0%81%FF&again=1"
api GET "$CALLBACK?$back" -b "$mine"
assert_page 已取消登录
api GET "$CALLBACK?code=$code&state=$uuid&again=1" -b "$mine"
assert_page 微信登录成功
ask "$mine" "$uuid"
assert_logged_in

it "a stolen uuid polled at the same time as its own browser polls gets nothing"
begin ''
callback "$mine" "$uuid" "$(code slow=300)"
for n in {1..10}; do
  curl -s --unix-socket "$STACK_DIR/http.sock" -o "$test_dir/thief-$n" "http://localhost$BEGIN?uuid=$uuid" &
  thieves[n]=$!
done
ask "$mine" "$uuid"
assert_logged_in
wait "${thieves[@]}"
assert_eq "what the thieves got" "10 $NOTHING_SCANNED" "$(sort <(cat "$test_dir"/thief-* | sed 's/}{/}\n{/g') | uniq -c | sed 's/^ *//')"

it "a refusal reaches the poll at once, of this browser alone, again and again"
begin ''
callback '' "$uuid"
assert_page 登录未完成
ask "$mine" "$uuid"
assert_nothing_scanned
callback "$mine" "$uuid"
assert_page 已取消登录
ask '' "$uuid"
assert_nothing_scanned
for _ in 1 2; do
  ask "$mine" "$uuid"
  assert_eq reply "200 $REFUSED" "$status $body"
  assert_json_headers
done

it "... and who then scans after all is logged in; a refusal that comes late takes nothing back"
callback "$mine" "$uuid" "$(code)"
assert_page 微信登录成功
callback "$mine" "$uuid" ''
assert_page 已取消登录
ask "$mine" "$uuid"
assert_logged_in
callback "$mine" "$uuid"
lost=$token
ask "$mine" "$uuid"
assert_logged_in
assert_eq "the token" "$lost" "$token"

it "WeChat's refusal, a banned user and a virtual visitor are told again too"
told_twice() { # CODE EXPECTED
  begin ''
  callback "$mine" "$uuid" "$1"
  for _ in 1 2; do
    ask "$mine" "$uuid"
    assert_contains "the reply" "$2" "$status $body"
  done
  ask '' "$uuid"
  assert_nothing_scanned
}
told_twice "$(code errcode=40029)" '200 {"code":40029,"msg":"invalid code'
told_twice "$(code snapshot)" '200 {"code":"snapshot-user",'
log_in "$(code person=banned)"
mysql_q "UPDATE user_user SET is_active = 0 WHERE id = $user"
told_twice "$(code person=banned)" '200 {"code":1001,"msg":"用户已被禁用"}'

it "WeChat being away costs a bound login nothing"
begin ''
callback "$mine" "$uuid" "$(code status=500.times=2)"
for _ in 1 2; do
  ask "$mine" "$uuid"
  assert_weixin_unavailable
done
ask "$mine" "$uuid"
assert_logged_in

it "what is malformed is said as ever, for a bound login too"
begin ''
callback "$mine" "$uuid" %00
assert_body '{"code":"params-error","msg":"参数 code 不合法"}'
api GET "$CALLBACK?code=c" -b "$mine"
assert_body '{"code":"params-error","msg":"缺少参数 uuid"}'

it "HEAD begins, keeps and takes nothing"
redis_q FLUSHALL > /dev/null
begin ''
before=$(keys)
api HEAD "$CALLBACK?code=c&state=$uuid" -b "$mine"
assert_status 200
api HEAD "$CALLBACK?state=$uuid" -b "$mine"
assert_status 200
assert_eq keys "$before" "$(keys)"
callback "$mine" "$uuid" "$(code)"
before=$(keys)
api HEAD "$BEGIN?uuid=$uuid" -b "$mine"
assert_status 200
assert_eq keys "$before" "$(keys)"
api HEAD $BEGIN
assert_no_header Set-Cookie
