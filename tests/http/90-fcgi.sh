#!/bin/bash
# How an endpoint serves: connections that are kept, idle, cut off or half sent do not hold others up, what is no request
# or too big a one ends its own connection alone, and an end loses no request.
# Part of make check under tsan as well.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

setting WORKER_THREADS=2 # fewer than there are connections that could take one up
start_stack

fcgi() { perl "$LIB/fcgi.pl" "$STACK_DIR/current.sock" "$@"; } # WHAT…
answers() { # it does, though the two threads could be held up for minutes
  api GET /api/user/current/ --max-time 60
  assert_status 401
}
hold() { # WHAT…: does it in the background until `release`
  coproc HELD { fcgi "$@"; }
  # shellcheck disable=SC2034 # bash forgets both when the process ends
  held=$HELD_PID from_held=${HELD[0]} to_held=${HELD[1]}
  read -r -t "$PATIENCE" -u "$from_held" said || fail "$* says nothing"
  assert_eq "$*" ready "$said"
}
release() { # WHAT IT THEN SAYS
  echo >&"$to_held"
  read -r -t "$PATIENCE" -u "$from_held" said || fail "it says nothing"
  assert_eq "the replies" "$1" "$said"
  wait "$held" || true
}
ends() { program_stop "$1" || fail "$1 did not end"; } # NAME

fcgi stuck > "$test_dir/stuck" &
stuck=$!

it "a kept connection carries one request after another; one that is not to be kept is closed"
assert_eq "50 on one" $'50 x 401\nopen' "$(fcgi kept 50)"
assert_eq "one on one" $'1 x 401\nclosed' "$(fcgi once)"

it "nginx keeps its connections: many requests, few connects"
for _ in 1 2 3; do bodies /api/user/current{,/}{,,,,,,,} > "$test_dir/ignored"; done
connections=$(grep -c " 03 .*$STACK_DIR/current.sock$" /proc/net/unix) || true
((connections >= 1 && connections <= 2)) || fail "$connections connections are open after requests one by one"

it "a request may come in pieces"
assert_eq "the reply" '1 x 401' "$(fcgi pieces)"

it "200 idle connections hold nobody up, and each is served when it asks"
hold idle 200
for _ in 1 2 3; do answers; done
release '200 x 401'

it "half a request holds nobody up, and is answered when its rest has come"
hold half 50
for _ in 1 2 3; do answers; done
release '50 x 401'

it "a client that hangs up takes nobody with it"
fcgi hangup 100 uuid=u
fcgi hangup 20 ''
answers
code=$(code slow=700)
scan gone "$code"
perl "$LIB/fcgi.pl" "$STACK_DIR/login-wx.sock" hangup 1 uuid=gone
exchanging() { [[ $(redis_q EXISTS "WeixinClaim:$(tag "$1")") == 1 ]]; }
eventually exchanging gone || fail "no exchange"
spent() { [[ $(redis_q EXISTS "WeixinCodeMap:$(tag gone)") == 0 ]]; }
eventually spent || fail "the exchange did not go on"
log_in "$(code)"

it "a request of 100 KiB is taken, one above 128 KiB ends its connection and no other"
assert_eq "100 KiB" '1 x 401' "$(fcgi big 102400)"
for size in 131072 200000; do assert_eq "$size bytes" '1 x closed' "$(fcgi big $size)"; done
answers

it "what is no FastCGI request ends its connection and no other"
while read -r bytes what; do
  assert_eq "$what" '1 x closed' "$(fcgi bytes "$bytes")"
done <<'END'
474554202f20485454502f312e310d0a0d0a HTTP
02010001000800000001000000000000 another version
01050001000000000101000100080000 a body first
01010001000800000002000000000000 another role than a responder
01010000000800000001000000000000 request 0
01010001000000000000000000000000 a beginning without content
010100010008000000010000000000000104000100080000f2fcadbaaeaaba5301040001000000000105000100000000 lengths no memory has
END
answers

it "half a request that stays half is given up after ten seconds"
wait "$stuck" || fail "the client ended with $?"
seconds=$(< "$test_dir/stuck")
((seconds >= 9 && seconds <= 60)) || fail "it was closed after $seconds s"

it "SIGTERM: idle and half-sent connections do not keep it from ending"
hold idle 20
ends current
release '20 x closed'
endpoint_start current || fail "not started"
answers
ends current
endpoint_start current || fail "not started"

it "SIGTERM: what waits to be accepted is answered"
pid=$(pid_of current)
kill -STOP "$pid"
for n in 1 2 3 4 5; do fcgi once > "$test_dir/waiting-$n" 2>> "$test_dir/sent" & waiting[n]=$!; done
all_sent() { [[ $(grep -c sent "$test_dir/sent") == 5 ]]; }
eventually all_sent || fail "the requests are not sent"
kill -TERM "$pid"
kill -CONT "$pid"
for n in 1 2 3 4 5; do
  wait "${waiting[n]}" || fail "a client ended with $?"
  assert_eq "a reply" $'1 x 401\nclosed' "$(< "$test_dir/waiting-$n")"
done
ends current
endpoint_start current || fail "not started"

it "SIGTERM: who has just connected has a moment to send a request"
# A second, from the signal on. If the machine took longer to send it, it is asked again.
listens_no_more() {
  ! perl -MIO::Socket::UNIX -e 'exit !IO::Socket::UNIX->new(Peer => $ARGV[0])' "$STACK_DIR/current.sock"
}
for attempt in {1..50}; do
  hold idle 5
  answers # the loop has seen them
  pid=$(pid_of current) before=${EPOCHREALTIME/./}
  kill -TERM "$pid"
  eventually listens_no_more || fail "it goes on listening"
  echo >&"$to_held"
  read -r -t "$PATIENCE" -u "$from_held" said || fail "it says nothing"
  took=$(((${EPOCHREALTIME/./} - before) / 1000))
  wait "$held" || true
  ends current
  endpoint_start current || fail "not started"
  if [[ $said == '5 x 401' ]] || ((took < 1000)); then break; fi
done
assert_eq "the replies of attempt $attempt, after $took ms" '5 x 401' "$said"

it "SIGTERM: the request in flight is answered, and the status is 0"
scan slow "$(code slow=3000)"
pid=$(pid_of login-wx)
(
  poll slow
  echo "$status $(jq -r '.data.token | type' "$body_file")" > "$test_dir/slow"
) &
load=$!
eventually exchanging slow || fail "no exchange"
ends login-wx
wait "$load" || fail "the request failed"
assert_eq "its reply" '200 string' "$(< "$test_dir/slow")"
ended=0
wait "$pid" || ended=$?
assert_eq "the status" 0 "$ended"
endpoint_start login-wx || fail "not started"

it "every endpoint is replaced without a failed request, POST and slow ones too"
load() { # NAME COMMAND…
  while [[ ! -e $test_dir/enough ]]; do
    "${@:2}"
    echo "$status $(jq -r .code "$body_file" 2> /dev/null || true)"
  done > "$test_dir/load-$1"
}
slow_login() {
  local uuid
  uuid=$(new_uuid)
  scan "$uuid" "$(code slow=200)"
  poll "$uuid"
}
loads=()
load current current & loads+=($!)
load logout logout & loads+=($!)
load callback api GET "$CALLBACK?code=c&state=u" & loads+=($!)
load login slow_login & loads+=($!)
for name in current logout login-wx-callback login-wx current logout login-wx-callback login-wx; do
  endpoint_replace $name || fail "$name not replaced"
done
: > "$test_dir/enough"
for pid in "${loads[@]}"; do wait "$pid" || fail "a request failed"; done
assert_eq "current meanwhile" '401 1001' "$(sort -u "$test_dir/load-current")"
assert_eq "logout meanwhile" '401 1001' "$(sort -u "$test_dir/load-logout")"
assert_eq "the callback meanwhile" '200 ' "$(sort -u "$test_dir/load-callback")"
assert_eq "logins meanwhile" '200 200' "$(sort -u "$test_dir/load-login")"

it "a replaced endpoint is another process, on the same socket"
before=$(pid_of current)
endpoint_replace current || fail "not replaced"
[[ $(pid_of current) != "$before" && ! -e $STACK_DIR/current.sock.new ]] || fail "not replaced"
answers

it "a POST whose kept connection ends unread is sent again, to the process that took over"
logouts() { grep -c '"POST /api/user/logout/"' "$(log_of nginx-access)" || true; }
logged() { (($(logouts) > asked)); }
asked=$(logouts)
logout x # nginx keeps this connection
eventually logged || fail "nginx has not logged it" # the last that it writes of it
before=$(pid_of logout)
kill -STOP "$before"
master=$(pid_of nginx)
worker=$(grep -o '[0-9]*' "/proc/$master/task/$master/children")
written() { sed -n 's/^wchar: //p' "/proc/$worker/io"; } # bytes, by nginx
wrote=$(written)
(
  logout x
  echo "$status $(jq .code "$body_file")" > "$test_dir/repeated"
) &
load=$!
sent() { (($(written) > wrote)); }
eventually sent || fail "nginx sends nothing"
endpoint_start logout || fail "not started"
process_kill "$before"
wait "$load" || fail "the request failed"
assert_eq "the reply" '401 1001' "$(< "$test_dir/repeated")"

it "SIGINT ends it as well, with 0"
pid=$(pid_of current)
kill -INT "$pid"
ended=0
wait "$pid" || ended=$?
assert_eq "the status" 0 "$ended"
