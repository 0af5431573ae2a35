#!/bin/bash
# Where a browser is sent from a guarded location: LOGIN_URL, with the path and query that it asked for, and never another
# site's; and who is sent nowhere. The whole server is guarded here, but for the login.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/guard.bash"

site_conf << 'END'
include scanlogin-guard.conf;
# All of this is meant for other requests than the guard's own, and may not turn a no into a yes.
error_page 401 403 500 502 503 504 =200 /plain.html;
recursive_error_pages on;
fastcgi_intercept_errors on;
client_max_body_size 1k;
gzip on;
gzip_types *;
gzip_min_length 1;
location / { alias @DIR@/files/; }
END
mkdir "$test_dir/files"
echo "for users" > "$test_dir/files/page.html"
echo "for users as well" > "$test_dir/files/plain.html"
command -v node > /dev/null || { echo "skipped: node is not installed"; exit 77; }
start_stack

sends() { # REQUEST TARGET: as it is, with no client that mends it
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n' "$1" |
    perl -MIO::Socket::UNIX -e 'alarm 300; local $/; my $c = IO::Socket::UNIX->new($ARGV[0]) or die; syswrite $c, <STDIN>; print <$c>' "$STACK_DIR/http.sock"
}
sent_to() { sends "$1" | tr -d '\r' | sed -n '/^$/q; s/^Location: //p'; } # TARGET

it "the path and query are kept as they were sent, whatever is in them"
encoded() { perl -e 'print $ARGV[0] =~ s/([^A-Za-z0-9_.~-])/sprintf "%%%02X", ord $1/ger' "$1"; }
long="/page.html?"$(printf 'x%.0s' {1..7000})
for uri in / /page.html '/page.html?a=b&c=d' '/page.html?next=//evil.example' '/a%2Fb' '/a%2fb%23c%3Fd%26e' '/a+b?c+d' '/a%20b' '/%E4%BC%9A%E5%91%98/?q=%E5%BC%A0' \
  '/会员/?名=张三' '/a;b=c,d/@e:f/(g)!$*'\''' '/"<script>' '/a?b=c?d=/e' '/%00?x' '/{a}|b`^' "$long"; do
  [[ $uri != / && $uri != *%00* ]] || continue # the login page; a path that nginx takes from nobody
  assert_eq "where $uri is sent" "/login/?next=$(encoded "$uri")" "$(sent_to "$uri")"
done
visit '/page.html?a=b&c=d'
assert_sent_to_login %2Fpage.html%3Fa%3Db%26c%3Dd

it "what makes the URL longer than a request may be is left out"
for uri in "$long$(printf 'y%.0s' {1..1000})" "/page.html?$(printf '张%.0s' {1..900})" "/page.html?$(printf '/%.0s' {1..4000})"; do
  assert_eq "where it is sent" /login/ "$(sent_to "$uri")"
done

it "next never leads away from the site, however that is written"
cat > "$test_dir/judge.mjs" << 'END'
// As the login page does: `next` out of its own URL, and then away. Prints those that do not stay on the site.
import { readFileSync } from 'node:fs';
for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const login = new URL(line, 'https://site.example/');
  const next = login.searchParams.get('next') ?? '/';
  const to = new URL(next, login);
  if (login.origin !== 'https://site.example' || login.pathname !== '/login/') console.log('the login page', line);
  else if (to.origin !== 'https://site.example' || /^\/[/\\]|[\0-\x1f\x7f]|^[^/]/.test(next)) console.log(line, next);
}
END
targets=(//evil.example //evil.example/ ///evil.example/ ////evil.example/ //evil.example/../page.html //evil.example/..//page.html
  '/\evil.example/' '/\\evil.example/../page.html' '\/evil.example' '\\evil.example' '/\/evil.example' '//\evil.example'
  /./evil.example /.//evil.example /..//evil.example /x/..//evil.example /%2F/evil.example /%2f%2fevil.example '/%5Cevil.example' '/%5c%5cevil.example'
  /%09/evil.example /%0a/evil.example /%0d%0aLocation:%20//evil.example $'/\t/evil.example' $'/\x0b/evil.example' $'/\x7f/evil.example' $'/\x01/evil.example'
  http://evil.example/page.html https://evil.example/ http://evil.example//evil.example/ http:///evil.example //user@evil.example:80/ '//[::1]/'
  /@evil.example /:80@evil.example /evil.example:80 /?//evil.example '/?next=//evil.example' '/page.html?url=https://evil.example' '/#//evil.example'
  //%65vil.example/ /%u002fevil.example '/javascript:alert(1)' 'javascript:alert(1)' 'data:text/html,x' '*' //localhost /../../.. '/;//evil.example' '//'
  $'/\xe3\x80\x82evil.example' $'//evil\xe3\x80\x82example/' '/／evil.example' '／／evil.example' $'/\xc0\xaf/evil.example' $'/\xff\xfe')
for target in "${targets[@]}"; do sends "$target" | tr -d '\r' | sed '/^$/q'; done > "$test_dir/heads"
sed -n 's/^Location: //p' "$test_dir/heads" > "$test_dir/locations"
(($(wc -l < "$test_dir/locations") > 30)) || fail "only $(wc -l < "$test_dir/locations") of ${#targets[@]} were sent to the login page"
assert_eq "those that lead away" '' "$(node "$test_dir/judge.mjs" < "$test_dir/locations")"
assert_eq "headers of another kind" '' "$(grep -aivE '^(HTTP/1.1 |Server: |Date: |Content-|Connection: |Location: /login/|Cache-Control: |WWW-Authenticate: Bearer|ETag: |Last-Modified: |Accept-Ranges: |Vary: |Referrer-Policy: |X-Content-Type-Options: |X-Request-Id: [0-9a-f]{32}|$)' "$test_dir/heads" || true)"
printf '%s\n' '/login/?next=%2F%2Fevil.example' '//evil.example/' '/login/?next=%2F%5Cevil.example' > "$test_dir/locations"
assert_eq "how many the judge finds where all three lead away" 3 "$(node "$test_dir/judge.mjs" < "$test_dir/locations" | cut -d ' ' -f 1 | wc -l)"

it "only a browser that navigates is sent to the login page"
for header in 'Accept: */*' 'Accept: application/json' 'Accept: image/avif,image/webp,*/*' 'Accept:'; do
  page GET /page.html '' -H "$header"
  assert_denied token认证失败 "$header"
done
for mode in cors no-cors same-origin websocket; do
  visit /page.html '' -H "Sec-Fetch-Mode: $mode"
  assert_denied token认证失败 "$mode"
done
for method in POST PUT DELETE PATCH OPTIONS; do
  page $method /page.html '' -H 'Accept: text/html' -H 'Sec-Fetch-Mode: navigate'
  assert_denied token认证失败 "$method"
done
visit /page.html '' -H 'Sec-Fetch-Mode: navigate'
assert_sent_to_login %2Fpage.html
visit /page.html 'x' # a token that is no good
assert_sent_to_login %2Fpage.html

it "the redirect is relative: behind any host, port and proxy it leads to where the browser is"
for host in example.com example.com:8443 192.0.2.1 evil.example; do
  visit /page.html '' -H "Host: $host"
  assert_sent_to_login %2Fpage.html
done

it "a whole server is guarded by one line, but for the login and the API"
log_in "$(code person=li)"
for path in /page.html /nothing /admin/ /plain.html /.well-known/x /api/users; do
  page GET $path
  assert_denied token认证失败 "$path"
done
page GET /page.html "$token"
assert_served "for users"
page GET /
assert_served '<!DOCTYPE html>'
for file in login.js login.css scanlogin.js base.css; do
  page GET "/$file"
  assert_served
done
current "$token"
assert_status 200
page GET /api/user/nothing
assert_eq "the reply" '404 {"code":404,"msg":"接口不存在"}' "$status $body"
logout "$token"
assert_logged_out
page GET /page.html "$token"
assert_denied 无效的token

it "nothing that the server block says of errors, caches or sizes turns a no into a yes"
log_in "$(code person=li)"
http_conf << 'END'
fastcgi_cache_path @DIR@/cache keys_zone=all:1m;
fastcgi_cache all;
fastcgi_cache_key $uri;
fastcgi_cache_valid any 10m;
fastcgi_ignore_headers Cache-Control Expires Vary Set-Cookie;
# A server that has forgotten scanlogin-locations.conf, and knows an answer to everything.
server {
    listen unix:@DIR@/forgetful.sock;
    root @DIR@/files;
    rewrite ^/(.*)$ /$1;
    location / { try_files $uri /plain.html; }
    location /page.html { include scanlogin-guard.conf; }
}
END
for _ in 1 2 3; do
  page GET /page.html "$token"
  assert_served "for users"
  page GET /page.html
  assert_denied token认证失败
done
page POST /page.html "$token" --data-binary "$(printf 'x%.0s' {1..2000})"
assert_status 413 # the site's own limit
for path in scanlogin-auth /scanlogin-auth; do assert_not_contains "the reply to $path" HTTP/1.1\ 2 "$(sends "$path" | head -n 1)"; done
run_curl --unix-socket "$test_dir/forgetful.sock" http://localhost/page.html -H "IDTOKEN: $token"
assert_status 500
run_curl --unix-socket "$test_dir/forgetful.sock" http://localhost/nothing
assert_served "for users as well"
program_stop auth
for who in "$token" ''; do
  page GET /page.html "$who"
  assert_unavailable
  visit /page.html "$who"
  assert_unavailable
done
endpoint_start auth || fail "not started"

it "LOGIN_URL is where they are sent, and a login page that is guarded itself does not send anybody to itself"
setting LOGIN_URL=/members/enter
endpoint_replace auth || fail "not replaced"
visit /page.html
assert_status 302
assert_header Location '/members/enter?next=%2Fpage.html'
visit '/members/enter?next=%2Fpage.html'
assert_denied token认证失败
