#!/bin/bash
# Who gets what nginx guards, and what everybody else is told: `auth`, and the locations that ask it. What else nginx can do
# with a guarded location is in http: guard-nginx, what the site's own program learns in http: guard-user.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/guard.bash"

site_conf << 'END'
location /club/ {
    include scanlogin-guard.conf;
    root @DIR@/files;
}
location /office/ {
    include scanlogin-guard-staff.conf;
    root @DIR@/files;
}
location /program/ {
    include scanlogin-guard.conf;
    include scanlogin-user-proxy.conf;
    proxy_pass http://unix:@DIR@/program.sock:;
}
END
mkdir -p "$test_dir"/files/{club,office}
echo "for members" > "$test_dir/files/club/page.txt"
echo "for staff" > "$test_dir/files/office/page.txt"
start_stack
site_program program http
auth() { direct auth "${2:-GET}" '' "$1" "SCRIPT_NAME=/api/user/auth/${3-}" "${@:4}"; } # TOKEN [METHOD [staff/ [VARIABLE=VALUE…]]]

it "auth says who it is in headers, without a body"
log_in "$(code "person=li.nickname=$(b64 '李 四/🐼')")"
username=$(part 2 "$token" | jq -r .username)
for _ in looked-up from-memory; do
  auth "$token"
  assert_eq "the reply" '204 ' "$status $body"
  assert_header X-User-Id "$user"
  assert_header X-User-Name "$username"
  assert_header X-User-Nickname '%E6%9D%8E%20%E5%9B%9B%2F%F0%9F%90%BC'
  assert_header X-User-Staff 0
  assert_header X-Auth-Request-User "$user"
  assert_header X-Auth-Request-Preferred-Username "$username"
  assert_header Cache-Control no-store
  assert_no_header Content-Length
done
auth "$token" HEAD
assert_eq "the reply to HEAD" '204 ' "$status $body"
auth "$token" GET staff/
assert_not_staff
assert_header X-Scanlogin-Reply "$body"
auth ''
assert_denied token认证失败
assert_header X-Scanlogin-Reply "$body"
direct auth GET '' "$token" SCRIPT_NAME=/api/user/auth/staff/x
assert_eq "the reply to another path" '404 {"code":404,"msg":"接口不存在"}' "$status $body"

it "nobody can ask it from outside, and nginx says so as of any path that there is not"
for path in /api/user/auth /api/user/auth/ /api/user/auth/staff /api/user/auth/staff/ '/api/user/auth/?a=b' /api/user/auth/staff/x \
  /api/user//auth/ /x/../api/user/auth/ /api/user/%61uth/; do
  for method in GET POST OPTIONS; do
    page $method "$path" "$token"
    assert_eq "the reply to $method $path" '404 {"code":404,"msg":"接口不存在"}' "$status $body"
    assert_json_headers
    assert_no_header X-User-Id
  done
done

it "a logged-in user gets what is there, by every method, and nobody else does"
for _ in looked-up from-memory; do
  page GET /club/page.txt "$token"
  assert_served "for members"
  assert_no_header X-User-Id
  assert_no_header X-Scanlogin-Reply
done
for method in GET POST PUT DELETE PATCH OPTIONS; do
  page $method /program/x "$token"
  assert_served "$method /program/x HTTP/1.0"
  page $method /program/refused
  assert_denied token认证失败 "$method"
done
page HEAD /club/page.txt "$token"
assert_status 200
assert_header Content-Length 12
page HEAD /club/page.txt
assert_status 401
assert_header WWW-Authenticate Bearer
assert_not_contains "what the program was asked" refused "$(asked program)"

it "every token that current refuses is refused with current's reply"
for bad in x "$token.x" "${token%?}" "$(jwt '{"alg":"none"}' "{\"id\":$user,\"exp\":4102444800}")" \
  "$(jwt '{"alg":"HS256"}' "{\"id\":$user,\"exp\":1}")" "$(jwt '{"alg":"HS256"}' "{\"id\":$user,\"exp\":4102444800}")" \
  "$(jwt '{"alg":"HS256"}' "{\"id\":$user,\"exp\":4102444800}" another-key-of-more-than-32-bytes-0)"; do
  current "$bad"
  expected="$status $body"
  for path in /club/page.txt /club/nothing /club/ /office/page.txt /program/refused; do
    page GET $path "$bad"
    assert_eq "the reply to $path with $bad" "$expected" "$status $body"
    assert_json_headers
    assert_header WWW-Authenticate Bearer
  done
done
assert_not_contains "what the program was asked" refused "$(asked program)"

it "what is for staff is for staff alone, from the moment they are made it until they are it no longer"
for visits in page visit; do
  case $visits in page) page GET /office/page.txt "$token" ;; visit) visit /office/page.txt "$token" ;; esac
  assert_not_staff
done
visit /office/page.txt
assert_sent_to_login %2Foffice%2Fpage.txt
TARGET=$user TARGET_TOKEN=$token
become_admin
page GET /office/page.txt "$ADMIN"
assert_served "for staff"
for staff in true false true false; do
  patch "$TARGET" "{\"is_staff\":$staff}"
  assert_status 200
  for _ in looked-up from-memory; do
    page GET /office/page.txt "$TARGET_TOKEN"
    if [[ $staff == true ]]; then assert_served "for staff"; else assert_not_staff; fi
    page GET /club/page.txt "$TARGET_TOKEN"
    assert_served "for members"
  done
done

it "a token is refused from its end on, whatever ended it"
remembered() { # so that it has to be forgotten
  page GET /club/page.txt "$token"
  page GET /club/page.txt "$token"
  assert_served "for members"
}
remembered_is_refused() { # in the words of `current`
  page GET /club/page.txt "$token"
  local said="$status $body"
  current "$token"
  assert_status 401
  assert_eq "the reply" "$status $body" "$said"
}
for _ in 1 2 3 4 5; do
  log_in "$(code person=li)"
  remembered
  logout "$token"
  remembered_is_refused

  log_in "$(code person=li)"
  remembered
  first=$token
  log_in "$(code person=li)"
  second=$token token=$first
  remembered_is_refused
  token=$second
  remembered

  admin POST "users/$user/logout/"
  remembered_is_refused

  log_in "$(code person=li)"
  remembered
  patch "$user" '{"is_active":false}'
  assert_status 200
  remembered_is_refused
  patch "$user" '{"is_active":true}'
done

it "while Redis or MySQL is down it is 503, never the page and never a refusal"
log_in "$(code person=li)"
unanswered() {
  for path in /club/page.txt /club/nothing /office/page.txt /program/refused; do
    page GET $path "$token"
    assert_unavailable
    visit $path "$token"
    assert_unavailable
  done
}
program_stop redis
unanswered
redis_start || fail "no Redis"
log_in "$(code person=li)"
program_stop mysql
unanswered
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
page GET /club/page.txt "$token"
assert_served "for members"

it "so it is while auth is down, or takes requests and answers none; it goes on by itself"
program_stop auth
unanswered
endpoint_start auth || fail "not started"
page GET /club/page.txt "$token"
assert_served "for members"
sed -i 's/fastcgi_read_timeout 20s/fastcgi_read_timeout 1s/' "$STACK_DIR/nginx/scanlogin-auth.conf"
kill -HUP "$(pid_of nginx)"
stopped=$(pid_of auth)
kill -STOP "$stopped"
answers_503() { page GET /club/page.txt "$token" && [[ $status == 503 ]]; }
eventually answers_503 || fail "the reply was $status"
assert_unavailable
kill -CONT "$stopped"
page GET /club/page.txt "$token"
assert_served "for members"
assert_not_contains "what the program was asked" refused "$(asked program)"

it "an auth that is replaced fails no request"
wrk_like() { while [[ ! -e $test_dir/enough ]]; do page GET /club/page.txt "$token"; echo "$status"; done > "$test_dir/statuses"; }
wrk_like &
load=$!
for _ in 1 2 3; do endpoint_replace auth || fail "not replaced"; done
touch "$test_dir/enough"
wait "$load"
assert_eq "the statuses meanwhile" 200 "$(sort -u "$test_dir/statuses")"

it "the question is in no access log; the guarded request is there once, as the site's own"
: > "$(log_of nginx-access)"
page GET '/club/page.txt?of=mine' "$token"
page GET '/club/page.txt?of=nobody'
logged() { (($(log_lines nginx-access) >= 2)); }
eventually logged || fail "nginx has logged $(< "$(log_of nginx-access)")"
assert_eq "the lines" 'GET /club/page.txt?of=mine HTTP/1.1 200
GET /club/page.txt?of=nobody HTTP/1.1 401' "$(sed -nE 's/.*"(GET .*)" ([0-9]+) .*/\1 \2/p' "$(log_of nginx-access)")"
assert_not_contains "both logs" "$token" "$(cat "$(log_of nginx-access)" "$(log_of nginx-error)")"

it "a browser is known by its cookie; what may change something has to come from a page of the site"
setting TOKEN_COOKIE=scanlogin_token
endpoint_replace auth || fail "not replaced"
log_in "$(code person=li)"
cookie=(-H "Cookie: a=b; scanlogin_token=$token")
for method in GET POST PUT DELETE PATCH OPTIONS; do
  page $method /program/x '' "${cookie[@]}" -H 'Origin: http://localhost'
  assert_served "$method /program/x"
  page $method /program/x '' "${cookie[@]}" -H 'Sec-Fetch-Site: same-origin'
  assert_served "$method /program/x"
  for other in 'Origin: http://evil.example' 'Origin: null' 'Sec-Fetch-Site: cross-site' 'X: neither'; do
    page $method /program/sent-by-others '' "${cookie[@]}" -H "$other"
    case $method in
      GET | OPTIONS) assert_served "$method /program/sent-by-others" ;;
      *)
        assert_eq "the reply to $method with $other" '403 {"code":403,"msg":"不允许跨站请求"}' "$status $body"
        assert_json_headers
        ;;
    esac
  done
done
visit /club/page.txt '' "${cookie[@]}" -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: navigate' # a link elsewhere
assert_served "for members"
assert_eq "what the program was asked for others" '' "$(asked program | grep sent-by-others | grep -vE '^(GET|OPTIONS) ' || true)"
visit /club/page.txt '' -H "Cookie: scanlogin_token=x"
assert_sent_to_login %2Fclub%2Fpage.txt
page GET /club/page.txt "$token" -H 'Cookie: scanlogin_token=x'
assert_served "for members"

it "a preflight from another origin, listed or not, is let in by nobody but a token"
setting CORS_ORIGINS=https://app.example
endpoint_replace auth || fail "no auth"
for origin in https://app.example https://evil.example; do
  api OPTIONS /program/preflight -H "Origin: $origin" -H 'Access-Control-Request-Method: DELETE'
  assert_denied missing "$origin"
done
assert_eq "what the program was asked" '' "$(asked program | grep preflight || true)"
