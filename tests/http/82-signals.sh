#!/bin/bash
# What a program says of itself: its version, a line at its start and its end, X-Request-Id; and what signals do to it.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

setting LOG_LEVEL=info
start_stack login-wx login-wx-callback current logout
VERSION=$(< "$STACK_ROOT/VERSION")

it "--version, and no other argument"
for name in $(every_endpoint); do
  assert_eq "the version of $name" "$name $VERSION" "$("$BUILD_DIR/$name" --version)"
done
for name in scanlogin-admin scanlogin-migrate; do assert_eq "the version of $name" "$name $VERSION" "$("$BUILD_DIR/$name" --version)"; done
ended=0
said=$("$BUILD_DIR/current" --help 2>&1) || ended=$?
assert_eq "what current says to another" '64 current: takes no arguments but --version' "$ended $said"

it "a line at the start says what is talked to, and no secret"
line=$(grep -F " info current[$(pid_of current)] started " "$(log_of current)")
assert_contains "the line" "started version=$VERSION mysql=$STACK_DIR/mysql.sock redis=$STACK_DIR/redis.sock" "$line"
assert_not_contains "the line" "$MYSQL_SECRET" "$line"

it "each reply has the id under which nginx and the endpoint log it"
id_of_reply() { sed -n 's/^X-Request-Id: \([0-9a-f]*\)\r$/\1/p' "$headers_file"; }
log_in "$(code person=a)"
logout "$token"
id=$(id_of_reply)
assert_eq "its length" 32 "${#id}"
grep -qF " info logout[$(pid_of logout)] logout request=$id " "$(log_of logout)" || fail "not in the endpoint's log: $id"
in_nginx_log() { grep -q " $id\$" "$(log_of nginx-access)"; }
eventually in_nginx_log || fail "not in nginx's log: $id"
for path in /api/user/nothing /api/user/current/; do
  api GET "$path"
  id=$(id_of_reply)
  assert_eq "the id's length at $path" 32 "${#id}"
done

it "a client's own id is believed where nginx is told so, and nowhere else"
api GET /api/user/current/ -H 'X-Request-Id: mine-1'
[[ $(id_of_reply) =~ ^[0-9a-f]{32}$ ]] || fail "the client's id is believed"
sed -i 's|^    # 10.0.0.0/24 1;|    default 1;|; /^    default 0;/d' "$STACK_DIR"/nginx/scanlogin-upstreams.conf
nginx_reload_conf() { kill -HUP "$(pid_of nginx)"; }
nginx_reload_conf
believed() {
  api GET /api/user/current/ -H 'X-Request-Id: mine-1'
  grep -q $'^X-Request-Id: mine-1\r$' "$headers_file"
}
eventually believed || fail "the proxy's id is not taken"
for bad in 'a b' "$(printf 'x%.0s' {1..65})" 'a"b' ''; do
  api GET /api/user/current/ -H "X-Request-Id: $bad"
  [[ $(id_of_reply) =~ ^[0-9a-f]{32}$ ]] || fail "the id $bad is taken"
done

it "HUP, USR1 and USR2 lose no request; the first two open the log anew"
for signal in HUP USR1 USR2; do
  pid=$(pid_of logout)
  log=$(log_of logout)
  log_in "$(code person=a)"
  mv "$log" "$log.$signal"
  kill -$signal "$pid"
  for _ in {1..20}; do current "$token"; done
  assert_status 200
  # USR2 leaves everything as it is.
  [[ $signal == USR2 ]] && written=$log.$signal || written=$log
  logged_out() { log_in "$(code person=a)" && logout "$token" && grep -qs ' logout request=' "$written"; }
  [[ $signal != USR2 ]] || : > "$log.$signal"
  eventually logged_out || fail "no line in $written after $signal"
  assert_eq "the process after $signal" "$pid" "$(pid_of logout)"
  [[ $signal != USR2 ]] || mv "$log.$signal" "$log"
done

it "TERM, INT and QUIT end it in order"
for signal in TERM INT QUIT; do
  pid=$(pid_of logout)
  kill -$signal "$pid"
  eventually process_gone "$pid" || fail "$signal does not end it"
  ended=0
  wait "$pid" || ended=$?
  assert_eq "the exit status after $signal" 0 "$ended"
  unset "SPAWNED[$pid]"
  rm -f "$STACK_DIR/logout.pid"
  grep -qF " info logout[$pid] ended" "$(log_of logout)" || fail "no line at its end"
  endpoint_start logout
done

it "LOG_FORMAT=json: the same fields, an object a line"
setting LOG_FORMAT=json
endpoint_replace logout
log_in "$(code person=a)"
logout "$token"
id=$(id_of_reply)
line=$(grep -F "$id" "$(log_of logout)")
assert_eq "the line" "info logout $(pid_of logout) logout $id $user no" \
  "$(jq -r '[.level, .program, .pid, .event, .request, .user, .all] | map(tostring) | join(" ")' <<< "$line")"
assert_eq "the time" true "$(jq '.time | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.][0-9]{3}Z$")' <<< "$line")"
assert_eq "the start" "started $VERSION" "$(grep started "$(log_of logout)" | tail -n 1 | jq -r '.event + " " + .version')"
