#!/bin/bash
# Two hosts with all endpoints each, on TCP, behind one nginx, with one MariaDB and one Redis: docs/cluster.md. All processes
# of a host are killed at once, or frozen, under a load that judges every answer. The other host goes on, and knows all
# that the lost one did.
# Not part of make check under asan: most of its minutes are nginx's, waiting for a frozen host.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

# Each has a loopback address of its own, which no other running test has: a port that was free there is free still.
net=127.$((1 + ($$ >> 8) % 254)).$(($$ % 256))
declare -A ADDRESS=([a]=$net.1 [b]=$net.2)
mapfile -t programs < <(every_endpoint)
endpoints=()
for name in "${programs[@]}"; do
  for host in a b; do
    ENDPOINT_ON[$name@$host]=${ADDRESS[$host]}:$(free_port)
    UPSTREAM[$name]+=" ${ENDPOINT_ON[$name@$host]}"
    endpoints+=("$name@$host")
  done
done
# The claims of a login-wx that is lost live for 2 × WX_TIMEOUT_MS + 2 s: 8 s.
setting LOG_LEVEL=info WX_TIMEOUT_MS=3000 FCGI_WEB_SERVER_ADDRS=127.0.0.1
start_stack "${endpoints[@]}"

host_pids() { local name; for name in "${programs[@]}"; do pid_of "$name@$1" || fail "$name@$1 is not running"; done; }
kill_host() { # HOST
  local name pid pids
  pids=$(host_pids "$1")
  # shellcheck disable=SC2086 # several
  kill -KILL $pids
  for pid in $pids; do
    eventually process_gone "$pid" || fail "$pid survived SIGKILL"
    unset "SPAWNED[$pid]" # its exit status is no fault
    wait "$pid" 2> /dev/null || true
  done
  for name in "${programs[@]}"; do rm -f "$STACK_DIR/$name@$1.pid"; done
}
signal_host() { host_pids "$1" | xargs kill "-$2"; } # HOST SIGNAL
start_host() { local name; for name in "${programs[@]}"; do endpoint_start "$name@$1" || fail "no $name@$1"; done; }
# nginx keeps a connection to it: it has been asked, and has answered.
serves() { # NAME@HOST
  local address=${ENDPOINT_ON[$1]%:*} to
  IFS=. read -ra address <<< "$address"
  printf -v to '%02X%02X%02X%02X:%04X' "${address[3]}" "${address[2]}" "${address[1]}" "${address[0]}" "${ENDPOINT_ON[$1]##*:}"
  awk -v to="$to" '$3 == to && $4 == "01" { found = 1 } END { exit !found }' /proc/net/tcp
}
host_serves() { # HOST
  serves "current@$1" && serves "login-wx@$1" && serves "login-wx-callback@$1" && serves "logout@$1"
}
# What nginx has logged since note_log took longer than a second: COUNT, and the longest in seconds.
note_log() { logged=$(wc -l < "$(log_of nginx-access)"); }
slow() {
  tail -n "+$((logged + 1))" "$(log_of nginx-access)" | sed -En 's/.*" [0-9]{3} [0-9]+ ([0-9.]+) .*/\1/p' |
    awk '$1 > 1 { n++; if ($1 > most) most = $1 } END { printf "%d requests waited, %.1f s at the most", n, most }'
}

# ---- one site ----------------------------------------------------------------------------------------

it "a login that begins on one host ends on the other, and both know it"
for i in 1 2 3; do
  uuid=$(new_uuid)
  direct login-wx@b GET "uuid=$uuid"
  assert_body "$NOTHING_SCANNED"
  direct login-wx-callback@a GET "code=$(code person=both)&state=$uuid"
  assert_eq "status of the callback" 200 "$status"
  direct login-wx@b GET "uuid=$uuid"
  assert_logged_in
  direct current@a GET '' "$token"
  assert_json .data.id "$user"
  direct current@b GET '' "$token"
  assert_json .data.id "$user"
done

it "a logout on one host is seen on the other at once, where the token was remembered"
log_in_at_a() {
  uuid=$(new_uuid)
  direct login-wx-callback@a GET "code=$(code person=both)&state=$uuid"
  direct login-wx@a GET "uuid=$uuid"
  assert_logged_in
}
for ((i = 0; i < 50; i++)); do
  log_in_at_a
  for _ in 1 2; do direct current@b GET '' "$token"; assert_eq "a live token at b" 200 "$status"; done
  direct logout@a POST '' "$token"
  assert_logged_out
  direct current@b GET '' "$token"
  assert_eq "the token at b" 401 "$status"
done

# ---- a host is lost ----------------------------------------------------------------------------------

witnesses
load_start 4
asked_by 200
eventually host_serves a || fail "nginx does not ask a"
eventually host_serves b || fail "nginx does not ask b"

it "a host is killed: no request fails, and what it was doing is done by the other"
note_log
may_see 40163 killed
kill_host a
asked_by 500
sessions_are_kept
well_again "a host killed"
echo "figure: a host killed: $(slow)"

it "... it comes back, and then the other one is killed"
start_host a
eventually host_serves a || fail "nginx does not ask a again"
may_see 40163 killed
kill_host b
asked_by 500
sessions_are_kept
well_again "the other host killed"
start_host b
eventually host_serves b || fail "nginx does not ask b again"

it "a host is frozen: what it has been asked is answered by the other once nginx gives up on it, and nothing fails"
note_log
may_see 40163 killed
began=${EPOCHREALTIME/./}
signal_host a STOP
asked_by 100
well_again "a host frozen"
echo "figure: a host frozen, after $(((${EPOCHREALTIME/./} - began) / 1000000)) s: $(slow)"
assert_eq "the session from before" 200 "$(status_of "$witness")"

it "... it goes on, and does once more what others have done for it: nobody sees it"
may_see 40163 killed
signal_host a CONT
asked_by 100
eventually host_serves a || fail "nginx does not ask a again"
well_again "a host thawed"
sessions_are_kept

load_end
assert_contains "the load" ', 0 unavailable' "$said"
assert_persons
assert_eq "server errors in nginx's log" "" "$(grep -E '" 5[0-9][0-9] ' "$(log_of nginx-access)" || true)"
