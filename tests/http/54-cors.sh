#!/bin/bash
# CORS_ORIGINS: which pages of other origins may call the endpoints, what their preflights are told, that their replies
# can be read, whatever comes of them, and that nobody else gets anything of it.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"
. "$(dirname "$0")/../lib/admin.bash"

APP=https://app.example DEV=http://localhost:5173
setting "CORS_ORIGINS=$APP/, $DEV"
start_stack
become_admin

# The methods of each path below /api/user/, as the header Allow lists them.
declare -A METHODS=([login/wx]='GET, HEAD, POST' [login/wx/callback]='GET, HEAD' [current]='GET, HEAD, DELETE' [logout]=POST
  [sessions]='GET, HEAD' [sessions/0123456789abcdef0123456789abcdef]=DELETE
  [admin/users]='GET, HEAD' [admin/users/1]='GET, HEAD, PATCH, DELETE' [admin/users/1/logout]=POST
  [identities]='GET, HEAD' [identities/1]=DELETE [export]='GET, HEAD'
  [admin/oauths]='GET, HEAD' [admin/oauths/1]=DELETE [admin/audit]='GET, HEAD' [jwks.json]='GET, HEAD')
ELSEWHERE=(https://evil.example "$APP.evil.example" https://evilapp.example https://www.app.example http://app.example
  "$APP:8443" "$APP:443" https://APP.example "$APP/" "$APP." "$APP, $APP" "$APP $DEV" http://localhost:5174 https://localhost:5173
  http://localhost:51730 http://127.0.0.1:5173 null '*' file://)

cors_headers() { grep -iE '^(access-control-|vary)' "$headers_file" | tr -d '\r' | sort; }
readable_by() { # ORIGIN: the last reply is
  assert_eq "what lets $1 read the reply $status $body" \
    "Access-Control-Allow-Origin: $1"$'\nAccess-Control-Expose-Headers: ETag, Retry-After\nVary: Origin' "$(cors_headers)"
}
assert_not_readable() { assert_eq "headers of ${1:-the reply}" '' "$(cors_headers)"; }
preflight() { # PATH ORIGIN [CURL ARG…]
  api OPTIONS "$1" -H "Origin: $2" -H 'Access-Control-Request-Method: POST' "${@:3}"
}
from_app() { api "$@" -H "Origin: $APP"; }

it "a preflight of a listed origin is told the methods of the path, with and without its slash"
for path in "${!METHODS[@]}"; do
  for slash in '' /; do
    for origin in "$APP" "$DEV"; do
      preflight "/api/user/$path$slash" "$origin" -H 'Access-Control-Request-Headers: idtoken'
      assert_eq "the reply for $path$slash" '204 ' "$status $body"
      assert_eq "its headers" "Access-Control-Allow-Headers: IDTOKEN, Authorization, Content-Type, If-Match
Access-Control-Allow-Methods: ${METHODS[$path]}
Access-Control-Allow-Origin: $origin
Access-Control-Max-Age: 600
Vary: Origin" "$(cors_headers)"
      assert_no_header Set-Cookie
    done
  done
done

it "the preflight of anybody else is the 405 that it is without an origin"
for path in "${!METHODS[@]}"; do
  api OPTIONS "/api/user/$path/"
  assert_status 405
  allow=$(header Allow)
  for origin in "${ELSEWHERE[@]}"; do
    preflight "/api/user/$path/" "$origin"
    assert_eq "the reply to $origin" '405 {"code":405,"msg":"请求方法不允许"}' "$status $body"
    assert_header Allow "$allow"
    assert_not_readable "the reply to $origin"
  done
done

it "an origin that is sent twice is none"
preflight /api/user/current/ "$APP" -H "Origin: $APP"
assert_not_readable
api GET /api/user/current/ -H "Origin: $APP" -H "Origin: https://evil.example"
assert_not_readable

it "an OPTIONS that is no preflight is 405, which a listed origin may read"
from_app OPTIONS /api/user/current/
assert_status 405
readable_by "$APP"

it "every endpoint lets a listed origin read its refusal of a method or a path, and nobody else"
for name in $(every_endpoint); do
  direct "$name" PUT '' '' "HTTP_ORIGIN=$APP"
  [[ $status == 40[45] ]] || fail "$name: $status $body"
  readable_by "$APP"
  direct "$name" PUT '' '' "HTTP_ORIGIN=$APP.evil.example"
  [[ $status == 40[45] ]] || fail "$name: $status $body"
  assert_not_readable "$name's reply"
done

it "a listed origin may read what a good token is answered, by GET and HEAD"
for path in current sessions identities export jwks.json admin/users "admin/users/$ADMIN_ID" admin/oauths admin/audit; do
  for method in GET HEAD; do
    from_app "$method" "/api/user/$path/" -H "IDTOKEN: $ADMIN"
    assert_status 200
    readable_by "$APP"
    from_app "$method" "/api/user/$path/" -H "Authorization: Bearer $ADMIN"
    assert_status 200
    readable_by "$APP"
  done
done
from_app GET "/api/user/admin/users/$ADMIN_ID/" -H "IDTOKEN: $ADMIN"
version=$(header ETag)
from_app PATCH "/api/user/admin/users/$ADMIN_ID/" -H "IDTOKEN: $ADMIN" -H "If-Match: $version" -d '{"nickname":"张三"}'
assert_status 200
readable_by "$APP"

it "... and a list that is streamed as CSV"
from_app GET '/api/user/admin/audit/?format=csv' -H "IDTOKEN: $ADMIN"
assert_header Content-Type 'text/csv; charset=utf-8'
readable_by "$APP"

it "... and every refusal"
refused_readably() { # STATUS METHOD PATH [CURL ARG…]
  from_app "${@:2}"
  assert_status "$1"
  readable_by "$APP"
}
log_in "$(code)"
refused_readably 401 GET /api/user/current/
refused_readably 401 POST /api/user/logout/ -H 'IDTOKEN: x'
refused_readably 401 GET /api/user/sessions/
refused_readably 401 GET /api/user/admin/users/
refused_readably 403 GET /api/user/admin/users/ -H "IDTOKEN: $token"
refused_readably 404 GET /api/user/admin/users/x/ -H "IDTOKEN: $ADMIN"
refused_readably 404 GET /api/user/admin/users/999999/ -H "IDTOKEN: $ADMIN"
refused_readably 400 GET '/api/user/admin/users/?limit=x' -H "IDTOKEN: $ADMIN"
refused_readably 428 PATCH "/api/user/admin/users/$ADMIN_ID/" -H "IDTOKEN: $ADMIN" -d '{}'
refused_readably 412 PATCH "/api/user/admin/users/$ADMIN_ID/" -H "IDTOKEN: $ADMIN" -H 'If-Match: "x"' -d '{"nickname":"a"}'
refused_readably 200 GET $BEGIN
refused_readably 200 GET $CALLBACK
refused_readably 405 POST /api/user/current/

it "a whole login from a page of a listed origin, and nothing of it for any other page"
begin browser -H "Origin: $APP" -H 'Sec-Fetch-Site: cross-site'
readable_by "$APP"
callback browser "$uuid" "$(code status=500.times=1)"
poll_from() { poll "$uuid" -b "$test_dir/browser.jar" -H "Origin: $1"; }
poll_from "$APP"
assert_weixin_unavailable
readable_by "$APP"
poll_from https://evil.example
assert_logged_in
assert_not_readable
poll_from "$APP"
assert_logged_in
readable_by "$APP"
for origin in "${ELSEWHERE[@]}"; do
  api POST $BEGIN -H "Origin: $origin" -H 'Sec-Fetch-Site: cross-site'
  assert_eq "reply to $origin" '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"
  assert_not_readable
  assert_no_header Set-Cookie
done

it "a good token in a header is answered to any page, which cannot read it"
for origin in "${ELSEWHERE[@]}"; do
  api GET /api/user/current/ -H "IDTOKEN: $token" -H "Origin: $origin"
  assert_status 200
  assert_not_readable "the reply to $origin"
done

it "with TOKEN_COOKIE a listed origin's page may have the browser send the cookie along, and nobody else's"
setting TOKEN_COOKIE=session
for name in login-wx current logout; do endpoint_replace $name || fail "$name not replaced"; done
with_credentials() {
  assert_header Access-Control-Allow-Origin "$APP"
  assert_header Access-Control-Allow-Credentials true
  assert_header Vary Origin
}
preflight /api/user/logout/ "$APP"
with_credentials
from_app GET /api/user/current/ -b "session=$token" -H 'Sec-Fetch-Site: same-site'
assert_status 200
with_credentials
for origin in "${ELSEWHERE[@]}"; do
  api POST /api/user/logout/ -b "session=$token" -H "Origin: $origin"
  assert_eq "reply to $origin" '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"
  assert_not_readable
done
current "$token"
assert_status 200
from_app POST /api/user/logout/ -b "session=$token" -H 'Sec-Fetch-Site: cross-site'
assert_status 200
with_credentials

it "Redis away: a listed origin may read that, too"
program_stop redis
refused_readably 503 GET /api/user/sessions/ -H "IDTOKEN: $ADMIN"
assert_unavailable

it "without CORS_ORIGINS there is nothing of it for anybody"
setting CORS_ORIGINS=
for name in current logout; do endpoint_replace $name || fail "$name not replaced"; done
for origin in "$APP" "${ELSEWHERE[@]}" http://localhost; do
  preflight /api/user/logout/ "$origin"
  assert_status 405
  assert_not_readable
  api GET /api/user/current/ -H "Origin: $origin"
  assert_status 401
  assert_not_readable
done
