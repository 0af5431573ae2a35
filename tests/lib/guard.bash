# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.bash and login.bash, and for the tests
# A site with guarded locations. Sourced after login.bash.
#
#   site_conf < LOCATIONS        what the site's server block has besides; before start_stack. @DIR@ is $test_dir
#   guarded_file                 a text at /guarded, for users; before start_stack
#   http_conf < DIRECTIVES       what its http block has besides; starts nginx anew
#   site_program NAME PROTOCOL   starts the site's own program (site.pl: http or fastcgi) at unix:$test_dir/NAME.sock
#   page METHOD PATH [TOKEN [CURL ARG…]]    one request, as a script sends it; visit PATH [TOKEN [CURL ARG…]], as a browser
#                                navigates there
#   said NAME                    what the program says that came as header or parameter NAME
#   asked NAME                   the requests that have reached the program, METHOD URI, a line each
#
# What the last reply has to be:
#   assert_served [TEXT]         200, from behind the guard (with TEXT in it)
#   assert_sent_to_login NEXT    302 to the login page, with NEXT, percent-encoded; empty: without next
#   assert_not_staff             403 of the guard

site_conf() {
  SITE_CONF=$test_dir/site.conf
  sed "s#@DIR@#$test_dir#g" > "$SITE_CONF"
}
http_conf() {
  sed "s#@DIR@#$test_dir#g" > "$test_dir/http.conf"
  sed -i "s#include scanlogin-upstreams.conf;#&\n    include $test_dir/http.conf;#" "$STACK_DIR/nginx/nginx.conf"
  program_stop nginx
  rm -f "$STACK_DIR/http.sock"
  (cd "$STACK_DIR" && nginx_command) || fail "no nginx"
  eventually program_running nginx || fail "nginx does not run"
}
site_program() { # NAME PROTOCOL
  rm -f "$test_dir/$1.sock"
  spawn "$1" perl "$LIB/site.pl" "$2" "$test_dir/$1.sock" "$test_dir/$1.asked"
  eventually test -S "$test_dir/$1.sock" || fail "no program $1"
  touch "$test_dir/$1.asked"
}
page() { api "$1" "$2" ${3:+-H "IDTOKEN: $3"} "${@:4}"; }
visit() { page GET "$1" "${2-}" -H 'Accept: text/html,application/xhtml+xml,*/*;q=0.8' "${@:3}"; }
said() { sed -nE "s/^$1(: |=)//Ip" "$body_file" | tr -d '\r'; }
asked() { cat "$test_dir/$1.asked"; }

# shellcheck disable=SC2120 # often any page will do
assert_served() { # [TEXT]
  assert_status 200
  assert_contains "the reply" "${1-}" "$body"
}
assert_sent_to_login() { # NEXT
  assert_status 302
  assert_header Location "/login/${1:+?next=$1}"
  assert_header Cache-Control no-store
  assert_no_header WWW-Authenticate
}
assert_not_staff() {
  assert_eq "the reply to $current_it" '403 {"code":1003,"msg":"没有权限"}' "$status $body"
  assert_json_headers
}
guarded_file() {
  site_conf << 'END'
location = /guarded {
    include scanlogin-guard.conf;
    alias @DIR@/guarded.txt;
}
END
  echo "for users" > "$test_dir/guarded.txt"
}
