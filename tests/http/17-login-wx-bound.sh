#!/bin/bash
# Bound logins beside others: several tabs, planted secrets, uuids that a page made itself, keys and settings that change,
# and Redis away.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"

start_stack login-wx login-wx-callback current logout
keys() { redis_q KEYS '*' | sort | paste -sd ' '; }
nobody="scanlogin=$(printf '%032d' 0)"

it "four tabs of one browser each have a login; a fifth ends the oldest"
uuids=() mine=''
for _ in 1 2 3 4 5; do
  begin "$mine"
  uuids+=("$uuid")
done
assert_eq "secrets in the cookie" 4 "$(tr . '\n' <<< "$mine" | wc -l)"
uuid=${uuids[0]}
callback "$mine" "$uuid" "$(code)"
assert_page 登录未完成
for uuid in "${uuids[@]:1}"; do
  callback "$mine" "$uuid" "$(code)"
  assert_page 微信登录成功
  ask "$mine" "$uuid"
  assert_logged_in
done

it "a secret that somebody planted opens no login which the browser begins later"
begin "$nobody"
callback "$mine" "$uuid" "$(code)"
ask "$nobody" "$uuid"
assert_nothing_scanned

it "a uuid that a page made itself is as it was: one delivery, to whoever knows it"
for uuid in "own-$SRANDOM" "$(openssl rand -hex 16)"; do
  callback '' "$uuid" "$(code)"
  assert_page 微信登录成功
  ask "$mine" "$uuid"
  assert_logged_in
  ask "$mine" "$uuid"
  assert_nothing_scanned
  assert_eq "what is kept of it" '' "$(redis_q KEYS "*$uuid*")"
  callback "$mine" "$uuid"
  assert_body '{"code":"params-error","msg":"缺少参数 code"}'
done

it "a login begun with an older key goes on when the key is a fallback"
begin ''
setting SECRET_KEY=a-new-key-of-more-than-thirty-two-bytes "SECRET_KEY_FALLBACKS=$TEST_SECRET_KEY"
for name in login-wx login-wx-callback; do endpoint_replace $name || fail "$name not replaced"; done
callback "$mine" "$uuid" "$(code)"
assert_page 微信登录成功
ask '' "$uuid"
assert_nothing_scanned
ask "$mine" "$uuid"
assert_logged_in

it "a login whose key is known no more is nobody's: it never turns into one that a page made itself"
begin ''
setting SECRET_KEY=a-third-key-of-more-than-thirty-two-bytes SECRET_KEY_FALLBACKS=
for name in login-wx login-wx-callback; do endpoint_replace $name || fail "$name not replaced"; done
callback '' "$uuid" "$(code)"
assert_page 登录未完成
redis_q SET "WeixinCodeMap:$(tag "$uuid")" "$(code)" > /dev/null
ask '' "$uuid"
assert_nothing_scanned

it "SITE_ORIGIN says where the site is, whatever the request says"
setting SITE_ORIGIN=https://shop.example/
endpoint_replace login-wx || fail "not replaced"
begin '' -H 'Host: evil.example'
assert_json .data.redirect_uri "https://shop.example$CALLBACK"
assert_contains "the cookie" '; Secure; SameSite=None' "$(header Set-Cookie)"

begin '' -H 'Host: backend:8080' -H 'Origin: https://shop.example'
assert_json .data.redirect_uri "https://shop.example$CALLBACK"

it "a page of the site at another host than SITE_ORIGIN's is told so at once, and so is the log"
other_host() { # [CURL ARG…]
  api POST $BEGIN "$@"
  assert_eq "reply to $*" '403 {"code":"other-host","msg":"本站地址是 https://shop.example，请从那里登录"}' "$status $body"
  assert_no_header Set-Cookie
  assert_contains "the log" 'error login-wx' "$(grep 'not at SITE_ORIGIN' "$(log_of login-wx)" | tail -n 1)"
  assert_contains "the log" 'site_origin=https://shop.example' "$(tail -n 1 "$(log_of login-wx)")"
}
before=$(keys)
other_host -H 'Host: www.shop.example'
other_host -H 'Host: www.shop.example' -H 'Origin: https://www.shop.example'
other_host -H 'Host: shop.example' -H 'Origin: http://shop.example'
other_host -H 'Host: backend' -H 'Origin: https://www.shop.example' -H 'Sec-Fetch-Site: same-origin'
assert_eq keys "$before" "$(keys)"
api POST $BEGIN -H 'Host: shop.example' -H 'Origin: https://www.shop.example'
assert_eq "another site's page" '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"

it "REQUIRE_BOUND_LOGIN=1 turns a page's own uuids off, at the poll and at the callback, and nothing else"
setting REQUIRE_BOUND_LOGIN=1
for name in login-wx login-wx-callback; do endpoint_replace $name || fail "$name not replaced"; done
redis_q FLUSHALL > /dev/null
for uuid in own "$(openssl rand -hex 16)"; do
  ask "$mine" "$uuid"
  assert_body '{"code":"params-error","msg":"参数 uuid 不合法"}'
  callback "$mine" "$uuid" c
  assert_body '{"code":"params-error","msg":"参数 uuid 不合法"}'
done
assert_eq keys '' "$(keys)"
begin ''
callback "$mine" "$uuid" "$(code)"
ask "$mine" "$uuid"
assert_logged_in

it "Redis away: beginning, coming back and polling are 503"
begin ''
callback "$mine" "$uuid" "$(code)"
program_stop redis
api POST $BEGIN
assert_unavailable
assert_no_header Set-Cookie
callback "$mine" "$uuid" "$(code)"
assert_unavailable
ask "$mine" "$uuid"
assert_unavailable
