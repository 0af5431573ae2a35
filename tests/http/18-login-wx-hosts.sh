#!/bin/bash
# A site with several host names: SITE_ORIGIN as a list. WeChat knows the first; a login stays on the host where it began.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"

FIRST=https://shop.example SECOND=https://www.shop.example:8443 OTHER=http://other.example
setting "SITE_ORIGIN=$FIRST/, $SECOND $OTHER"
start_stack login-wx login-wx-callback current

encoded() { jq -rn --arg text "$1" '$text | @uri'; }
keys() { redis_q KEYS '*' | sort | paste -sd ' '; }
begin_on() { # HOST ORIGIN REDIRECT_URI: begins a login there, which WeChat has to send to REDIRECT_URI
  begin '' -H "Host: $1" -H "Origin: $2"
  assert_json .data.redirect_uri "$3"
}
led_to() { # URL: the last reply leads there, and to nobody else's knowledge
  assert_status 302
  assert_header Content-Length 0
  assert_header Location "$1"
  assert_header Cache-Control no-store
  assert_header Referrer-Policy no-referrer
  assert_no_header Set-Cookie
}
return_from_weixin() { # URI HOST [CODE]: WeChat sends the person, who has no cookie of that host
  local separator='?'
  [[ $1 != *\?* ]] || separator='&'
  api GET "/${1#*://*/}$separator${3+code=$3&}state=$uuid" -H "Host: $2"
}

it "on the first host a login is as it is on the only one"
begin_on shop.example $FIRST "$FIRST$CALLBACK"
assert_contains "the cookie" '; Secure; SameSite=None' "$(header Set-Cookie)"
callback "$mine" "$uuid" "$(code)"
assert_page 微信登录成功
ask "$mine" "$uuid"
assert_logged_in

it "on another host it comes back to the first, which leads it on, and succeeds there"
for host in www.shop.example:8443 other.example; do
  origin=$SECOND
  [[ $host == www* ]] || origin=$OTHER
  back="$FIRST$CALLBACK?site=$(encoded $origin)"
  begin_on $host $origin "$back"
  code=$(code)
  return_from_weixin "$back" shop.example "$code"
  led_to "$origin$CALLBACK?state=$uuid&code=$code"
  assert_eq "codes kept" '' "$(redis_q KEYS 'WeixinCodeMap:*' | grep -v outcome || true)"
  api GET "$CALLBACK?state=$uuid&code=$code" -H "Host: $host" -b "$mine"
  assert_page 微信登录成功
  ask "$mine" "$uuid"
  assert_logged_in
done

it "its cookie follows the scheme of its own host"
begin '' -H 'Host: other.example' -H "Origin: $OTHER"
assert_contains "the cookie" '; HttpOnly; SameSite=Lax|' "$(header Set-Cookie)|"
begin '' -H 'Host: www.shop.example:8443' -H "Origin: $SECOND"
assert_contains "the cookie" '; Secure; SameSite=None|' "$(header Set-Cookie)|"

it "a refusal is led on too, and reaches the poll there"
begin_on other.example $OTHER "$FIRST$CALLBACK?site=$(encoded $OTHER)"
return_from_weixin "$FIRST$CALLBACK?site=$(encoded $OTHER)" shop.example
led_to "$OTHER$CALLBACK?state=$uuid"
api GET "$CALLBACK?state=$uuid" -H 'Host: other.example' -b "$mine"
assert_page 已取消登录
ask "$mine" "$uuid"
assert_body '{"code":"login-refused","msg":"用户取消了登录"}'

it "HEAD, a path without its slash and a code that has to be encoded are led on alike"
begin_on other.example $OTHER "$FIRST$CALLBACK?site=$(encoded $OTHER)"
before=$(keys)
api HEAD "$CALLBACK?site=$(encoded $OTHER)&code=c&state=$uuid"
led_to "$OTHER$CALLBACK?state=$uuid&code=c"
api GET "${CALLBACK%/}?site=$OTHER&code=c&state=$uuid"
led_to "$OTHER$CALLBACK?state=$uuid&code=c"
api GET "$CALLBACK?site=$(encoded $OTHER)&code=%22%26+%E7%A0%81&state=$uuid&again=1&site=$FIRST"
led_to "$OTHER$CALLBACK?state=$uuid&code=%22%26%20%E7%A0%81"
api GET "$CALLBACK?site=$(encoded $OTHER)&code=%0D%0AX:%20y&state=$uuid"
assert_body '{"code":"params-error","msg":"参数 code 不合法"}'
assert_eq keys "$before" "$(keys)"

it "nobody is led to a host that SITE_ORIGIN does not list"
for to in https://evil.example "$OTHER.evil.example" "$OTHER@evil.example" "$OTHER/" "$OTHER:80" https://other.example \
  //other.example other.example HTTP://OTHER.EXAMPLE javascript:alert%281%29 %00 "$OTHER%00" "$OTHER%0D%0AX:y" "$FIRST"; do
  api GET "$CALLBACK?site=$to&code=c&state=$uuid"
  assert_page 登录未完成
  assert_no_header Location
done

it "nor is a login led on that has arrived, or that a page began itself"
api GET "$CALLBACK?site=$(encoded $OTHER)&code=c&state=$uuid" -H 'Host: other.example'
assert_page 登录未完成
for own in page-made "${uuid:0:31}x" "$(openssl rand -hex 16)"; do
  api GET "$CALLBACK?site=$(encoded $OTHER)&code=c&state=$own"
  assert_page 微信登录成功
  assert_no_header Location
  assert_eq "the code" c "$(redis_q GET "WeixinCodeMap:$(tag "$own")")"
done

it "a proxy that changes the host leads nobody in a circle"
code=$(code)
return_from_weixin "$FIRST$CALLBACK?site=$(encoded $OTHER)" backend:8080 "$code"
led_to "$OTHER$CALLBACK?state=$uuid&code=$code"
api GET "$CALLBACK?state=$uuid&code=$code" -H 'Host: backend:8080' -b "$mine"
assert_page 微信登录成功

it "a page at any of the hosts is this site's; one at a host beside them is told where to go; any other is another site's"
for host in shop.example www.shop.example:8443 other.example; do
  for origin in $FIRST $SECOND $OTHER; do
    begin '' -H "Host: $host" -H "Origin: $origin"
  done
done
begin '' -H 'Host: other.example' -H "Origin: $FIRST" -H 'Sec-Fetch-Site: cross-site'
api POST $BEGIN -H 'Host: m.shop.example' -H 'Origin: https://m.shop.example'
assert_eq reply '403 {"code":"other-host","msg":"本站地址是 https://shop.example，请从那里登录"}' "$status $body"
api POST $BEGIN -H 'Host: www.shop.example' -H 'Origin: https://www.shop.example'
assert_json .code other-host
for origin in https://evil.example "$OTHER.evil.example" "$OTHER:8080" null; do
  api POST $BEGIN -H 'Host: other.example' -H "Origin: $origin"
  assert_eq "reply to $origin" '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"
done

it "a host that is written differently, or not in the header Host, is recognised"
begin_on Other.Example.:80 $OTHER "$FIRST$CALLBACK?site=$(encoded $OTHER)"
direct login-wx POST '' '' REQUEST_SCHEME=https SERVER_NAME=www.shop.example SERVER_PORT=8443
assert_json .data.redirect_uri "$FIRST$CALLBACK?site=$(encoded $SECOND)"

it "with REQUIRE_BOUND_LOGIN it is the same"
setting REQUIRE_BOUND_LOGIN=1
for name in login-wx login-wx-callback; do endpoint_replace $name || fail "$name not replaced"; done
begin_on other.example $OTHER "$FIRST$CALLBACK?site=$(encoded $OTHER)"
code=$(code)
return_from_weixin "$FIRST$CALLBACK?site=$(encoded $OTHER)" shop.example "$code"
led_to "$OTHER$CALLBACK?state=$uuid&code=$code"
callback "$mine" "$uuid" "$code"
ask "$mine" "$uuid"
assert_logged_in
api GET "$CALLBACK?site=$(encoded $OTHER)&code=c&state=page-made"
assert_body '{"code":"params-error","msg":"参数 uuid 不合法"}'

it "no log has a code that was led on"
for log in "$STACK_DIR"/log/*; do
  [[ $log == *weixin-sandbox* ]] || assert_eq "lines with the code in $log" 0 "$(grep -c "$code" "$log" || true)"
done
