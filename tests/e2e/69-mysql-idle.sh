#!/bin/bash
# MySQL over TCP, by the name localhost: the port counts, not a socket of the client library's. And what MySQL 8.0.24 and
# later do to a connection that was idle for too long, an error packet 4031, is nobody's answer.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

port_file=$test_dir/port
perl "$LIB/mysql-idle.pl" "$port_file" "$STACK_DIR/mysql.sock" &
proxy=$!
trap 'ended=$?; set +e; kill "$proxy" 2> /dev/null; (exit "$ended"); teardown' EXIT
eventually test -e "$port_file" || fail "no proxy"
# Those that there are; `current` and `auth` make new ones by themselves, to see whether there are triggers.
idle_for_too_long() {
  local idle
  idle=$(connections)
  kill -USR1 "$proxy"
  are_gone() { ! grep -qxFf <(echo "${idle:-none}") <(connections); }
  eventually are_gone || fail "the proxy cuts nothing off"
}
connections() { mysql_q "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'scanlogin'"; }

# Where the client library would find a server by the name localhost.
ENDPOINT_ENV=("MYSQL_UNIX_PORT=$STACK_DIR/mysql.sock")
setting MYSQL_SOCKET= MYSQL_HOST=localhost MYSQL_PORT="$(< "$port_file")" CURRENT_CACHE_ENTRIES=0
start_stack

it "MYSQL_HOST=localhost with a port is TCP to that port"
log_in "$(code person=7)"
idle_for_too_long # its connections end with those of the port

it "a read, a login and a logout go on where MySQL has ended idle connections with 4031"
for _ in 1 2 3 4 5; do
  current "$token"
  assert_status 200
  idle_for_too_long
  current "$token"
  assert_status 200
  idle_for_too_long
  log_in "$(code person=7)"
  idle_for_too_long
  logout "$token"
  assert_logged_out
  log_in "$(code person=7)"
done
# By its text: the four digits alone are in many a request's id.
assert_not_contains "the log" "because of inactivity" "$(cat "$(log_of current)" "$(log_of login-wx)" "$(log_of logout)")"
