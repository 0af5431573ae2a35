#!/bin/bash
# What else nginx can do with a guarded location: bodies, upgrades, redirects within, locations in locations, other rules of
# access, error pages; a whole server that is guarded; and what a guard does not cover, as docs/guard.md says.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/guard.bash"

site_conf << 'END'
root @DIR@/files;
location /club/ {
    include scanlogin-guard.conf;
    client_max_body_size 20m;
    location /club/staff/ { include scanlogin-guard-staff.conf; }
    location /club/open/ { auth_request off; }
    location /club/pages/ { error_page 404 /plain.txt; }
    location ~ \.prog$ { proxy_pass http://unix:@DIR@/program.sock:; }
}
location /program/ {
    include scanlogin-guard.conf;
    client_max_body_size 20m;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
    include scanlogin-user-proxy.conf;
    proxy_pass http://unix:@DIR@/program.sock:;
}
location /fastcgi/ {
    include scanlogin-guard.conf;
    client_max_body_size 20m;
    include fastcgi_params;
    fastcgi_pass unix:@DIR@/fastcgi.sock;
}
location /intercepted/ {
    include scanlogin-guard.conf;
    proxy_intercept_errors on;
    proxy_pass http://unix:@DIR@/program.sock:/;
}
location /tried/ {
    include scanlogin-guard.conf;
    try_files $uri @program;
}
location @program {
    include scanlogin-user-proxy.conf;
    proxy_pass http://unix:@DIR@/program.sock:;
}
location /falls-back/ {
    try_files /nothing /club/page.txt;
}
location /lost/ {
    error_page 404 /club/page.txt;
}
location @guarded {
    include scanlogin-guard.conf;
    try_files /club/page.txt =404;
}
location /named/ {
    try_files /nothing @guarded;
}
location /accel/ {
    include scanlogin-guard.conf;
    add_header X-Sent by-nginx;
    alias @DIR@/files/club/;
}
location /to-accel/ {
    proxy_pass http://unix:@DIR@/program.sock:;
}
location /range/ {
    satisfy any;
    allow unix:;
    deny all;
    include scanlogin-guard.conf;
    include scanlogin-user-proxy.conf;
    proxy_pass http://unix:@DIR@/program.sock:;
}
location /other-range/ {
    satisfy any;
    allow 192.0.2.0/24;
    deny all;
    include scanlogin-guard.conf;
    include scanlogin-user-proxy.conf;
    proxy_pass http://unix:@DIR@/program.sock:;
}
location /denied/ {
    include scanlogin-guard.conf;
    deny all;
}
location /basic/ {
    include scanlogin-guard.conf;
    auth_basic site;
    auth_basic_user_file @DIR@/passwords;
    alias @DIR@/files/club/;
}
location /reads/ {
    include scanlogin-guard.conf;
    limit_except GET { deny all; }
    alias @DIR@/files/club/;
}
location /own/ {
    auth_request /api/user/auth/;
    location /own/staff/ { auth_request /api/user/auth/staff/; }
    alias @DIR@/files/club/;
}
location /returns/ {
    include scanlogin-guard.conf;
    return 200 "nobody was asked";
}
location = /ssi.html {
    ssi on;
}
location /mirrors/ {
    mirror /club/mirror.prog;
    alias @DIR@/files/;
}
END
mkdir -p "$test_dir"/files/club/{staff,open,pages,dir,empty}
for page in page.txt staff/page.txt open/page.txt pages/page.txt dir/index.html; do echo "for members: $page" > "$test_dir/files/club/$page"; done
echo "for all" > "$test_dir/files/plain.txt"
echo 'top <!--#include virtual="/club/page.txt" --> bottom' > "$test_dir/files/ssi.html"
echo 'someone:{PLAIN}secret' > "$test_dir/passwords"
head -c 10485760 /dev/urandom > "$test_dir/big"
cp /etc/nginx/fastcgi_params "$STACK_DIR/nginx/"
start_stack
site_program program http
site_program fastcgi fastcgi
log_in "$(code person=li)"

refused() { # METHOD PATH [CURL ARG…]: as somebody without a token
  page "$1" "$2" '' "${@:3}"
  assert_denied token认证失败 "$1 $2"
}
fetch() { # PATH [CURL ARG…]: into a file, with the token
  status=$(curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" -o "$test_dir/fetched" -w '%{http_code}' \
    -H "IDTOKEN: $token" "${@:2}" "http://localhost$1") || fail "curl ended with $?"
}
# Sends these bytes and no more; prints the status of the reply. nginx answers, or it hangs.
raw() { # standard input is the head
  sed 's/$/\r/' | perl -MIO::Socket::UNIX -e 'alarm 300; local $/; my $c = IO::Socket::UNIX->new($ARGV[0]) or die; syswrite $c, <STDIN>;
    my $got = ""; while (sysread $c, $got, 65536, length $got) { last if $got =~ /\r\n\r\n.*\S/s } print $got =~ m{^HTTP/1.1 (\d+)} ? $1 : $got' "$STACK_DIR/http.sock"
}
upgrade() { # TOKEN: as a WebSocket begins; prints the status and what comes back for "hello"
  printf 'GET /program/socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n%s\r\n' "${1:+IDTOKEN: $1$'\r\n'}" |
    perl -MIO::Socket::UNIX -e 'alarm 300; local $/; my $c = IO::Socket::UNIX->new($ARGV[0]) or die; syswrite $c, <STDIN>;
      my $got = ""; while (sysread $c, $got, 65536, length $got) { last if $got =~ /\r\n\r\n/ } my ($status) = $got =~ m{^HTTP/1.1 (\d+)};
      if ($status == 101) { syswrite $c, "hello"; sysread $c, my $back, 100; print "$status $back" } else { print $status }' "$STACK_DIR/http.sock"
}

# ---- bodies, upgrades ---------------------------------------------------------------------------------

it "a body of any size reaches the program whole, sent with a length or in chunks"
sum=$(md5sum < "$test_dir/big" | cut -d ' ' -f 1)
for path in /program/x /fastcgi/x; do
  for how in 'X: y' 'Transfer-Encoding: chunked' 'Expect: 100-continue'; do
    page POST $path "$token" --data-binary "@$test_dir/big" -H "$how"
    assert_served "body 10485760 $sum"
    page PUT $path "$token" --data-binary 'a=b' -H "$how"
    assert_served "body 3 $(printf a=b | md5sum | cut -d ' ' -f 1)"
  done
done

it "the guard waits for no body: a request whose body never comes is answered"
for more in 'X: y' 'Expect: 100-continue' 'Transfer-Encoding: chunked'; do
  for length in 1 1000000; do
    [[ $more == Transfer* ]] && head="$more" || head=$more$'\n'"Content-Length: $length"
    assert_eq "the status" 401 "$(printf 'POST /program/refused HTTP/1.1\nHost: localhost\n%s\n\n' "$head" | raw)"
    assert_eq "the status of a bad token" 401 "$(printf 'POST /fastcgi/refused HTTP/1.1\nHost: localhost\nIDTOKEN: x\n%s\n\n' "$head" | raw)"
  done
done
refused POST /program/refused --data-binary "@$test_dir/big" -H 'Expect:'
refused POST /fastcgi/refused --data-binary "@$test_dir/big"

it "a WebSocket is opened for a user, and for nobody else"
assert_eq "the upgrade" '101 HELLO' "$(upgrade "$token")"
assert_eq "the upgrade without a token" 401 "$(upgrade '')"

it "10 MiB come through from the program and from a file, whole or in part"
mv "$test_dir/big" "$test_dir/files/club/big"
fetch /club/big
assert_eq "its sum" "$sum" "$(md5sum < "$test_dir/fetched" | cut -d ' ' -f 1)"
fetch /club/big -H 'Range: bytes=1000000-1000009'
assert_status 206
assert_eq "ten of its bytes" "$(tail -c +1000001 "$test_dir/files/club/big" | head -c 10 | base64)" "$(base64 "$test_dir/fetched")"
for path in /program/download /fastcgi/download; do
  fetch $path
  assert_eq "bytes" 10485760 "$(wc -c < "$test_dir/fetched")"
done
refused GET /club/big -H 'Range: bytes=0-9'
refused GET /program/download

it "HEAD and OPTIONS are guarded as GET is"
for path in /program/refused /fastcgi/refused; do
  refused OPTIONS $path
  page HEAD $path
  assert_status 401
  page OPTIONS "${path/refused/x}" "$token"
  assert_served
  page HEAD "${path/refused/x}" "$token"
  assert_status 200
done

# ---- within nginx -------------------------------------------------------------------------------------

it "try_files: what it finds and where it falls back to are behind the guard of the location it stands in"
mkdir "$test_dir/files/tried"
echo found > "$test_dir/files/tried/file"
page GET /tried/file "$token"
assert_served found
page GET /tried/x "$token"
assert_served "GET /tried/x"
assert_eq "the user" "$user" "$(said X-User-Id)"
refused GET /tried/file
refused GET /tried/refused

it "who is led within nginx into a guarded location meets its guard: try_files, error_page, a named location"
for path in /falls-back/x /lost/x /named/x; do
  page GET $path "$token"
  assert_contains "the reply to $path" "for members" "$body"
  [[ $path == /lost/x ]] || refused GET $path # one error page after another is nginx's own (recursive_error_pages)
  page GET $path
  assert_not_contains "the reply to $path" "for members" "$body"
  visit $path
  assert_not_contains "the reply to $path" "for members" "$body"
done
page GET /club/dir/ "$token"
assert_served "for members: dir/index.html"
refused GET /club/dir/
visit /club/dir
assert_sent_to_login %2Fclub%2Fdir

it "so does X-Accel-Redirect, by which a program hands a file over"
page GET '/to-accel/accel?/accel/page.txt' "$token"
assert_served "for members: page.txt"
refused GET '/to-accel/accel?/accel/page.txt'

it "a location in a guarded one is guarded too, if it does not say otherwise"
page GET /club/staff/page.txt "$token"
assert_not_staff
page GET /club/any.prog "$token"
assert_served "GET /club/any.prog"
page GET /club/pages/page.txt "$token"
assert_served "for members"
page GET /club/pages/nothing "$token"
assert_eq "its own error page" "404 for all" "$status $body"
refused GET /club/staff/page.txt
refused GET /club/refused.prog
page GET /club/open/page.txt
assert_served "for members: open"
page GET /club/pages/page.txt # its own error_page has taken the guard's away: nginx's page for the same
assert_status 401
assert_header WWW-Authenticate Bearer
assert_not_contains "the reply" "for members" "$body"

it "the spelling of a path makes no difference"
for path in /club//page.txt /club/./page.txt /x/../club/page.txt /%63lub/page.txt //club/page.txt /club/page.txt?x=/open/ \
  /club/open/../page.txt /club/open/..%2fpage.txt; do
  refused GET "$path"
  page GET "$path" "$token"
  assert_served "for members: page.txt"
done

# ---- other rules of access ----------------------------------------------------------------------------

it "satisfy any: an address of the range needs no token, everybody else does"
for who in "$token" '' x; do
  page GET /range/x "$who"
  assert_served "GET /range/x"
done
page GET /other-range/x "$token"
assert_served
assert_eq "the user" "$user" "$(said X-User-Id)"
refused GET /other-range/refused
visit /other-range/refused
assert_sent_to_login %2Fother-range%2Frefused

it "a site can have an auth_request of its own ask the same, and gets nginx's pages for it"
page GET /own/page.txt "$token"
assert_served "for members"
for path in /own/page.txt /own/staff/page.txt; do
  page GET $path
  assert_status 401
  assert_header WWW-Authenticate Bearer
done
page GET /own/staff/page.txt "$token"
assert_status 403

it "deny, auth_basic and limit_except stay what they are, with nginx's own page"
plain() { # STATUS: nginx's own page
  assert_status "$1"
  assert_contains "its type" text/html "$(header Content-Type)"
  assert_contains "the page" "<h1>$1 " "$body"
}
for who in "$token" ''; do
  page GET /denied/x "$who"
  plain 403
  page POST /reads/page.txt "$who"
  plain 403
done
page GET /reads/page.txt "$token"
assert_served "for members"
refused GET /reads/page.txt
page GET /basic/page.txt "$token"
plain 401
assert_contains "what it asks for" 'Basic realm="site"' "$(header WWW-Authenticate)"
page GET /basic/page.txt "$token" -u someone:secret
assert_served "for members"
page GET /basic/page.txt '' -u someone:secret
assert_status 401

# ---- errors -------------------------------------------------------------------------------------------

it "a 401, 403, 500 or any other status of the program's own reaches the browser as it is"
for path in /program /fastcgi; do
  for own in 400 401 403 404 405 429 500 502 503 504; do
    for asks in page visit; do
      case $asks in page) page GET $path/status/$own "$token" ;; visit) visit $path/status/$own "$token" ;; esac
      assert_eq "the reply to $asks $path/status/$own" "$own the site's own $own" "$status $body"
      assert_header X-Site own
      assert_header WWW-Authenticate 'Basic realm="site"'
    done
  done
done

it "errors of nginx's own behind the guard are its own, those of a program too if nginx intercepts them"
page GET /club/empty/ "$token"
plain 403
page GET /club/nothing "$token"
plain 404
page POST /club/page.txt "$token"
plain 405
for own in 401 403 500; do
  visit "/intercepted/status/$own" "$token"
  plain "$own"
done
program_stop auth
for own in 401 403 500; do
  page GET "/intercepted/status/$own" "$token"
  assert_unavailable
done
page GET /range/x
assert_served "GET /range/x"
page GET /other-range/x "$token"
assert_unavailable
endpoint_start auth || fail "not started"

# ---- what a guard does not cover ----------------------------------------------------------------------

it "return is not guarded, nor is a subrequest: SSI and mirror reach what is behind a guard"
page GET /returns/x
assert_eq "what return says" "200 nobody was asked" "$status $body"
page GET /ssi.html
assert_contains "what SSI includes" "for members: page.txt" "$body"
page GET /mirrors/plain.txt
assert_served "for all"
mirrored() { grep -q 'GET /club/mirror.prog' "$test_dir/program.asked"; }
eventually mirrored || fail "the mirror was not asked"
assert_not_contains "what the programs were asked" refused "$(asked program; asked fastcgi)"
