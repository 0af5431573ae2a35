#!/bin/bash
# How a token travels: in IDTOKEN, in Authorization, in the cookie TOKEN_COOKIE; which of them counts; and what a page of
# another site cannot have a browser do with the cookie.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack login-wx login-wx-callback current logout sessions
cookie_of() { header Set-Cookie | grep -v '^scanlogin=' || true; }
good() { # WHAT: the last reply is to a good token
  assert_eq "the reply to $1" '200 200' "$status $(jq .code "$body_file")"
}
replace() { local name; for name in login-wx current logout sessions; do endpoint_replace "$name" || fail "no $name"; done; }

it "IDTOKEN, in whatever case, and Authorization, whose scheme is Bearer or JWT in whatever case"
log_in "$(code person=a)"
for header in "idtoken: $token" "IdToken: $token" "Authorization: Bearer $token" "authorization: bearer $token" \
  "Authorization: JWT $token" "Authorization: jwt   $token"; do
  api GET /api/user/current/ -H "$header"
  good "$header"
done
api GET /api/user/sessions/ -H "Authorization: Bearer $token"
good "another endpoint"

it "any other scheme is not scanlogin's, and there is no token elsewhere"
for header in "Authorization: Basic $token" "Authorization: $token" "Authorization: Bearer" "Authorization: Bearer " "ID-TOKEN: $token" \
  "X-IDTOKEN: $token" "TOKEN: $token" "Cookie: IDTOKEN=$token" "Cookie: session=$token"; do
  api GET "/api/user/current/?IDTOKEN=$token&token=$token" -H "$header"
  assert_denied missing "$header"
done
api GET /api/user/current/ -H 'Authorization: Basic dXNlcjpwYXNz' -H "IDTOKEN: $token"
good "a token beside another scheme"

it "a scheme in IDTOKEN, a token that is sent twice, a second word: none is a token"
for bad in "IDTOKEN: Bearer $token" "Authorization: Bearer $token x" "Authorization: Bearer $token,"; do
  api GET /api/user/current/ -H "$bad"
  assert_denied malformed "$bad"
done
api GET /api/user/current/ -H "IDTOKEN: $token" -H "IDTOKEN: $token"
assert_denied malformed

it "two different tokens in two headers are refused, whichever is good; the same twice is one"
other=$token
log_in "$(code person=b)"
for pair in "$token $other" "$other $token" "$token x" "x $token"; do
  api GET /api/user/current/ -H "IDTOKEN: ${pair% *}" -H "Authorization: Bearer ${pair#* }"
  assert_denied malformed "$pair"
done
api GET /api/user/current/ -H "IDTOKEN: $token" -H "Authorization: JWT $token"
good "the same twice"

it "without TOKEN_COOKIE nobody is given a cookie, and none counts"
assert_eq "cookies" '' "$(cookie_of)"
logout "$token"
assert_no_header Set-Cookie

it "with it the poll's reply has it too: for the host, for as long as the token, at most 400 days"
setting TOKEN_COOKIE=session
replace
log_in "$(code person=a)"
assert_eq cookie "session=$token; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000" "$(cookie_of)"
setting TOKEN_TTL_DAYS=7
endpoint_replace login-wx || fail "no login-wx"
log_in "$(code person=a)"
assert_eq cookie "session=$token; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800" "$(cookie_of)"
setting TOKEN_TTL_DAYS=

it "on https it is Secure"
uuid=$(new_uuid)
scan "$uuid" "$(code person=a)"
direct login-wx GET "uuid=$uuid" '' REQUEST_SCHEME=https HTTP_HOST=shop.example
token=$(jq -r .data.token "$body_file")
assert_eq cookie "session=$token; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800; Secure" "$(cookie_of)"

it "it is a token for every endpoint; a header wins over it"
for path in current sessions; do
  api GET "/api/user/$path/" -b "a=b; session=$token; c=d"
  good "$path"
done
mine=$token
log_in "$(code person=b)"
api GET /api/user/current/ -b "session=$mine" -H "IDTOKEN: $token"
assert_json .data.id "$user"
api GET /api/user/current/ -b "session=$mine" -H 'IDTOKEN: x'
assert_denied malformed

it "nothing in it is no token; two that differ are refused, the same twice is one"
for cookies in 'session=' 'sessio=x' 'xsession=x' 'session'; do
  api GET /api/user/current/ -b "$cookies"
  assert_denied missing "$cookies"
done
for cookies in "session=$mine; session=$token" "session=$mine; session=x"; do
  api GET /api/user/current/ -b "$cookies"
  assert_denied malformed "$cookies"
done
api GET /api/user/current/ -b "session=$mine; session=; session=$mine"
good "the same twice"

it "with the cookie alone, what changes something has to come from a page of the site's own"
for from in 'X: none' 'Origin: null' 'Origin: https://evil.example' 'Origin: http://localhost.evil.example' \
  'Origin: http://evil.localhost' 'Origin: http://localhost:8080' 'Origin: https://localhost' 'Sec-Fetch-Site: cross-site' \
  'Sec-Fetch-Site: same-site' 'Sec-Fetch-Site: none'; do
  for request in 'POST logout/' 'POST logout/?all=1' "DELETE sessions/$(printf '%032d' 0)/"; do
    api "${request%% *}" "/api/user/${request#* }" -b "session=$mine" -H "$from"
    assert_eq "the reply to $request with $from" '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"
    assert_no_header Set-Cookie
  done
done
api GET /api/user/current/ -b "session=$mine" -H 'Origin: https://evil.example' -H 'Sec-Fetch-Site: cross-site'
good "what only reads, after all that"

it "... a token in a header needs no origin"
log_in "$(code person=c)"
api POST /api/user/logout/ -H "Authorization: Bearer $token" -H 'Origin: https://evil.example' -b "session=$mine"
assert_logged_out

it "a logout clears it, with the site's Origin, or, where the browser sends none, Sec-Fetch-Site"
for from in 'Origin: http://localhost' 'Sec-Fetch-Site: same-origin'; do
  log_in "$(code person=c)"
  api POST /api/user/logout/ -b "session=$token" -H "$from"
  assert_logged_out
  assert_eq cookie 'session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0' "$(cookie_of)"
  api GET /api/user/current/ -b "session=$token"
  assert_denied logged-out
done

it "... also where the token was dead, or is none"
for dead in "$token" x; do
  api POST /api/user/logout/ -b "session=$dead" -H 'Origin: http://localhost'
  assert_status 401
  assert_eq cookie 'session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0' "$(cookie_of)"
done
api GET /api/user/current/ -b session=x
assert_no_header Set-Cookie

it "a name that browsers keep for https alone needs a SITE_ORIGIN with https"
for name in __Host-session __Secure-session __host-x; do
  setting "TOKEN_COOKIE=$name"
  assert_contains "what it says of $name" TOKEN_COOKIE "$(refused current)"
  setting SITE_ORIGIN=http://shop.example
  assert_contains "what it says of $name" TOKEN_COOKIE "$(refused current)"
  setting SITE_ORIGIN=
done
setting TOKEN_COOKIE=__Host-session SITE_ORIGIN=https://shop.example
replace
log_in "$(code person=a)"
assert_eq cookie "__Host-session=$token; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000; Secure" "$(cookie_of)"
