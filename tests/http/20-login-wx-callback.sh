#!/bin/bash
# The callback: GET /api/user/login/wx/callback/?code=C&state=U — what it takes, what it keeps, and the page it shows.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack login-wx-callback

refuses() { # MSG QUERY…
  local query
  for query in "${@:2}"; do
    api GET "$CALLBACK?$query"
    assert_eq "the reply to ?$query" "200 {\"code\":\"params-error\",\"msg\":\"$1\"}" "$status $body"
    assert_json_headers
  done
  assert_eq "what is kept of it" '' "$(redis_q KEYS '*')"
}
refuses_each() { # MSG BEGINNING VALUE…: the queries that begin so and end in these
  local value queries=()
  for value in "${@:3}"; do queries+=("$2$value"); done
  refuses "$1" "${queries[@]}"
}
keeps() { # QUERY EXPECTED CODE
  redis_q FLUSHALL > /dev/null
  api GET "$CALLBACK?$1&state=u"
  assert_status 200
  assert_eq "the code kept for $1" "$(printf %s "$2" | basenc --base16 -w 0)" \
    "$(redis_q GET "WeixinCodeMap:$(tag u)" | head -c -1 | basenc --base16 -w 0)"
}
may_frame() { # FRAME_ANCESTORS X-FRAME-OPTIONS
  setting "FRAME_ANCESTORS=$1"
  endpoint_replace login-wx-callback || fail "not replaced"
  api GET "$CALLBACK?code=c&state=u"
  assert_contains "the policy" "; frame-ancestors $1|" "$(header Content-Security-Policy)|"
  assert_header X-Frame-Options "$2"
  cmp "$body_file" "$TEMPLATES/wx-login-success.html" || fail "another page"
}

printf -v longest_uuid '%0128d' 0
printf -v longest_code '%0512d' 0
illegal_uuids=("${longest_uuid}0" u%20 %00 u%0A u/ u%2F u+1 u%3A u%7F %E7%94%A8 'u%' '*')
illegal_codes=("${longest_code}0" "$longest_code$longest_code" %00 c%00d c%01 %1F c%0A c%0D%0Ad %09 c%7F)

it "no code is said first, whatever the state is"
refuses '缺少参数 code' '' code code= 'code=&code=' state=u state= 'state=%20' 'state=u&code=' 'Code=c&state=u' 'code&state=u'

it "then no state, whatever the code is"
refuses '缺少参数 uuid' code=c 'code=c&state=' 'code=c&state' "code=$longest_code${longest_code}" 'code=%00' 'code=c&uuid=u'

it "then a state that is no uuid, whatever the code is"
refuses_each '参数 uuid 不合法' 'code=c&state=' "${illegal_uuids[@]}"
refuses_each '参数 uuid 不合法' 'code=%00&state=' "${illegal_uuids[@]}"

it "then a code over 512 bytes or with a control character"
refuses_each '参数 code 不合法' 'state=u&code=' "${illegal_codes[@]}"
bytes=() expected=''
for ((byte = 0; byte < 256; byte++)); do
  printf -v hex %02X "$byte"
  bytes+=("$CALLBACK?state=u&code=c%$hex")
  ((byte < 32 || byte == 127)) && expected+=illegal$'\n' || expected+=good$'\n'
done
assert_eq "the codes c%00 … c%FF" "$expected" \
  "$(bodies "${bytes[@]}" | sed -n 's/^{.*参数 code 不合法.*/illegal/p; s/^<!DOCTYPE.*/good/p')"$'\n'

it "a code and a state of the greatest length are kept"
redis_q FLUSHALL > /dev/null
api GET "$CALLBACK?code=$longest_code&state=$longest_uuid"
assert_status 200
assert_eq "the code" "$longest_code" "$(redis_q GET "WeixinCodeMap:$(tag "$longest_uuid")")"
api GET "$CALLBACK?code=c&state=A.z_0-9"
assert_eq "the code" c "$(redis_q GET "WeixinCodeMap:$(tag A.z_0-9)")"

it "a code is kept decoded, byte for byte"
keeps code=a+b%20c 'a b c'
keeps code=a%2Bb%2bc 'a+b+c'
keeps code=%E7%A0%81%ff $'码\xff'
keeps code=a%zz%4 'a%zz%4'
keeps 'code=a%26state%3Dx' 'a&state=x'
keeps 'code=a=b=' 'a=b='
keeps 'c%6Fde=%27%3B%22%5C' $'\';"\\'

it "of several the first that is not empty counts"
keeps 'code=&code=first&code=second' first
redis_q FLUSHALL > /dev/null
api GET "$CALLBACK?state=&code=c&state=first&state=%20"
assert_eq "what is kept" "WeixinCodeMap:$(tag first)" "$(redis_q KEYS '*')"
api GET "$CALLBACK?state=%20&code=c&state=first"
assert_body '{"code":"params-error","msg":"参数 uuid 不合法"}'

it "a code is kept for the 600 s that WeChat gives it, a later one in its place"
keeps code=c c
ttl=$(redis_q TTL "WeixinCodeMap:$(tag u)")
((ttl > 590 && ttl <= 600)) || fail "the code is kept for $ttl s"
redis_q EXPIRE "WeixinCodeMap:$(tag u)" 10 > /dev/null
scan u d
assert_eq "the code" d "$(redis_q GET "WeixinCodeMap:$(tag u)")"
(($(redis_q TTL "WeixinCodeMap:$(tag u)") > 590)) || fail "the later one is kept for $(redis_q TTL "WeixinCodeMap:$(tag u)") s"
assert_eq "keys" "WeixinCodeMap:$(tag u)" "$(redis_q KEYS '*')"
redis_q FLUSHALL > /dev/null

it "HEAD answers as GET does, and keeps nothing"
for path in "$CALLBACK" "${CALLBACK%/}"; do
  api HEAD "$path?code=c&state=u"
  assert_status 200
  assert_header Content-Type 'text/html; charset=utf-8'
  assert_header Content-Length "$(wc -c < "$TEMPLATES/wx-login-success.html")"
done
direct login-wx-callback HEAD 'code=c&state=u'
assert_body ''
assert_eq "what is kept" '' "$(redis_q KEYS '*')"

it "the page is the template, UTF-8, never cached"
api GET "${CALLBACK%/}?code=c&state=u"
assert_status 200
cmp "$body_file" "$TEMPLATES/wx-login-success.html" || fail "another page"
assert_header Content-Type 'text/html; charset=utf-8'
assert_header Content-Length "$(wc -c < "$TEMPLATES/wx-login-success.html")"
assert_header Cache-Control no-store

it "only this site may frame it, if FRAME_ANCESTORS does not say otherwise"
assert_contains "the policy" "; frame-ancestors 'self'|" "$(header Content-Security-Policy)|"
assert_header X-Frame-Options SAMEORIGIN

it "the page may show its own style and nothing else, and tells nobody its URL"
style=$(perl -0ne 'print $1 if m{<style>(.*?)</style>}s' "$body_file" | openssl dgst -sha256 -binary | base64)
assert_header Content-Security-Policy "default-src 'none'; style-src 'sha256-$style'; img-src 'self' data:; \
base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
assert_header Referrer-Policy no-referrer
assert_header X-Content-Type-Options nosniff

it "FRAME_ANCESTORS says who may; old browsers are told the first of them"
may_frame "'self'" SAMEORIGIN
may_frame https://shop.example 'ALLOW-FROM https://shop.example'
may_frame 'https://a.example https://*.b.example:8443 http://localhost' 'ALLOW-FROM https://a.example'
may_frame "'none'" DENY

it "TEMPLATE_DIR says where the pages are"
mkdir "$test_dir/pages"
cp "$TEMPLATES/wx-login-refused.html" "$test_dir/pages/"
echo '<p>扫好了 🐼</p>' > "$test_dir/pages/wx-login-success.html"
setting "TEMPLATE_DIR=$test_dir/pages"
endpoint_replace login-wx-callback || fail "not replaced"
api GET "$CALLBACK?code=c&state=u"
assert_status 200
assert_body '<p>扫好了 🐼</p>'
