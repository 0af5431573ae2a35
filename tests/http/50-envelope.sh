#!/bin/bash
# What every reply has in common: methods, paths with and without their slash, headers, and JSON for every refusal,
# through nginx and straight from the endpoints.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack

declare -A PATH_OF=([login-wx]=/api/user/login/wx [login-wx-callback]=/api/user/login/wx/callback
  [login-oauth]=/api/user/login [login-oauth-callback]=/api/user/login/github/callback
  [login-mini]=/api/user/login/mini
  [current]=/api/user/current [logout]=/api/user/logout [jwks]=/api/user/jwks.json [auth]=/api/user/auth
  [sessions]=/api/user/sessions [identities]=/api/user/identities [export]=/api/user/export
  [admin-users]=/api/user/admin/users [admin-oauths]=/api/user/admin/oauths [admin-audit]=/api/user/admin/audit)
declare -A ALLOW=([login-wx]='GET, HEAD, POST' [login-wx-callback]='GET, HEAD' [login-oauth]='GET, HEAD'
  [login-oauth-callback]='GET, HEAD' [login-mini]=POST [current]='GET, HEAD, DELETE'
  [logout]='POST' [jwks]='GET, HEAD' [auth]='GET, HEAD' [sessions]='GET, HEAD, DELETE'
  [identities]='GET, HEAD, DELETE' [export]='GET, HEAD'
  [admin-users]='GET, HEAD, POST, PATCH, DELETE' [admin-oauths]='GET, HEAD, DELETE' [admin-audit]='GET, HEAD')
# What tells nobody without a token which paths there are.
GUARDED=(sessions identities export admin-users admin-oauths admin-audit)
# nginx alone asks it; to everybody else it is no path (http: guard).
is_internal() { [[ $1 == auth ]]; }

assert_method_refused() { # ALLOW WHAT
  assert_eq "the reply to $2" '405 {"code":405,"msg":"请求方法不允许"}' "$status $body"
  assert_header Allow "$1"
  assert_json_headers
}

it "every endpoint of this program is looked at here"
assert_eq endpoints "$(printf '%s\n' "${!PATH_OF[@]}" | sort)" "$(every_endpoint | sort)"

it "a method that is not the endpoint's is 405, with Allow"
for name in "${!PATH_OF[@]}"; do
  methods=(PUT OPTIONS NONSENSE get)
  for method in GET POST PATCH DELETE; do [[ ${ALLOW[$name]} == *$method* ]] || methods+=("$method"); done
  for method in "${methods[@]}"; do
    # nginx itself refuses a method in small letters.
    if [[ $method != get ]] && ! is_internal "$name"; then
      for slash in '' /; do
        api "$method" "${PATH_OF[$name]}$slash?uuid=u&code=c&state=u" -H 'IDTOKEN: x'
        assert_method_refused "${ALLOW[$name]}" "$method ${PATH_OF[$name]}$slash"
      done
    fi
    direct "$name" "$method" 'uuid=u&code=c&state=u' x "SCRIPT_NAME=${PATH_OF[$name]}/"
    assert_method_refused "${ALLOW[$name]}" "$method at $name itself"
  done
done
assert_eq "what it has stored" '' "$(redis_q KEYS '*')"

it "HEAD is refused where GET is, without a body"
api HEAD "${PATH_OF[logout]}"
assert_status 405
assert_header Allow POST
direct logout HEAD ''
assert_eq reply '405 ' "$status $body"
assert_header Content-Length "$(printf '{"code":405,"msg":"请求方法不允许"}' | wc -c)"

it "a request with no method at all is refused too"
direct current '' ''
assert_method_refused 'GET, HEAD, DELETE' "no method"

it "each path answers alike with and without its slash, and HEAD as GET does"
for name in login-wx login-wx-callback current; do
  for query in '' '?uuid=%20&code=c&state=%20' '?uuid=u&code=c&state=u'; do
    seen=()
    for slash in '' /; do
      api GET "${PATH_OF[$name]}$slash$query"
      length=$(wc -c < "$body_file")
      seen+=("$status $(header Content-Type) $(header Cache-Control) $(header Content-Security-Policy) $body")
      assert_header Content-Length "$length"
      before=$status
      api HEAD "${PATH_OF[$name]}$slash$query"
      assert_status "$before"
      assert_header Content-Length "$length"
      assert_header Cache-Control no-store
    done
    assert_eq "the reply to $name/$query" "${seen[0]}" "${seen[1]}"
  done
done
for slash in '' /; do
  api POST "${PATH_OF[logout]}$slash"
  assert_denied token认证失败 "logout$slash"
done

for name in "${GUARDED[@]}"; do
  for path in "" / /7 /7/; do
    for method in GET HEAD DELETE; do
      [[ ${ALLOW[$name]} == *$method* ]] || continue
      [[ $name != export || $path != /7* ]] || continue # nginx knows that there is none
      api $method "${PATH_OF[$name]}$path"
      [[ $method == HEAD ]] || assert_denied token认证失败 "$method $name$path"
      [[ $method == HEAD ]] || assert_json_headers
      assert_status 401
    done
  done
done

it "a path below /api/user/ that is none of ours is 404 in the same form, for every method"
for path in /api/user /api/user/ /api/user/login/wx/callback/x /api/user/current/1 \
  /api/user/Current /api/user/current.json '/api/user/%00' /api/user/用户 '/api/user/x?uuid=u' /api/user/login-wx \
  /api/user/auth /api/user/auth/ /api/user/auth/staff/ /api/user/admin /api/user/admin/ /api/user/admin/x/ \
  /api/user/admin/usersx /api/user/admin/oauth/ /api/user/sessionsx /api/user/identitiesx /api/user/export/7 \
  /api/user/export.json; do
  for method in GET POST DELETE; do
    api $method "$path"
    # A path with a NUL never gets past nginx.
    [[ $path == *%00* ]] || assert_eq "the reply to $method $path" '404 {"code":404,"msg":"接口不存在"}' "$status $body"
    [[ $path == *%00* ]] || assert_json_headers
  done
done
api HEAD /api/user/nothing
assert_status 404
assert_header Content-Type 'application/json; charset=utf-8'

it "what is beside /api/user/ is the site's own"
for path in /api/users /api /api/userx/current; do
  api GET $path
  assert_status 404
  assert_not_contains "the reply to $path" '"code"' "$body"
done

it "a client that wants it compressed gets it whole, with its length"
api GET "${PATH_OF[current]}" -H 'Accept-Encoding: gzip, br'
assert_json_headers
assert_no_header Content-Encoding
api GET "${PATH_OF[login-wx-callback]}?code=c&state=u" -H 'Accept-Encoding: gzip' -H 'Range: bytes=0-9' \
  -H 'If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT'
cmp "$body_file" "$TEMPLATES/wx-login-success.html" || fail "another page"

it "no reply names what it is made with"
for path in "${PATH_OF[@]}"; do
  api GET "$path"
  for name in X-Powered-By ETag Last-Modified Set-Cookie; do assert_no_header $name; done
  assert_eq "the headers that are there once" '' "$(cut -d : -f 1 "$headers_file" | sed 1d | sort | uniq -d)"
done

it "an endpoint that is down is 503 in the same form; the others answer"
for name in "${!PATH_OF[@]}"; do
  program_stop "$name"
  method=GET
  [[ ${ALLOW[$name]} != POST ]] || method=POST
  for slash in '' /; do
    ! is_internal "$name" || break
    api $method "${PATH_OF[$name]}$slash?uuid=u&code=c&state=u" -H 'IDTOKEN: x'
    assert_unavailable
    api HEAD "${PATH_OF[$name]}$slash"
    assert_status 503
    assert_header Retry-After 1
  done
  for other in "${!PATH_OF[@]}"; do
    [[ $other == "$name" ]] || direct "$other" PUT '' '' "SCRIPT_NAME=${PATH_OF[$other]}/"
    [[ $other == "$name" ]] || assert_status 405
  done
  endpoint_start "$name" || fail "$name not started"
  direct "$name" PUT '' '' "SCRIPT_NAME=${PATH_OF[$name]}/"
  assert_status 405
done

it "so is one that takes requests and answers none"
sed -i 's/fastcgi_read_timeout 20s/fastcgi_read_timeout 1s/' "$STACK_DIR/nginx/scanlogin-fastcgi.conf"
kill -HUP "$(pid_of nginx)"
stopped=$(pid_of current)
kill -STOP "$stopped"
answers_503() { api GET "${PATH_OF[current]}" && [[ $status == 503 ]]; }
eventually answers_503 || fail "the reply was $status"
assert_unavailable
kill -CONT "$stopped"
