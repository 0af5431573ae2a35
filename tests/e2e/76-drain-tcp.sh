#!/bin/bash
# Endpoints on TCP, replaced under load while something keeps their listening sockets, as systemd does: not one request
# fails, and none is carried out twice. What has come is answered; to whom nothing is owed the end is told, and what is sent
# behind that, nginx sends again.

# This script is its own systemd: it begins anew with a listening socket for each of these as descriptors from 20 on.
NAMES=(login-wx login-wx-callback current auth logout)
# shellcheck disable=SC2016 # perl's
[[ -n ${LISTENING:-} ]] || exec env LISTENING=yes perl -MIO::Socket::INET -MPOSIX=dup2 -e '
  $^F = 1000;
  my @ports;
  for my $name (split / /, shift) {
    my $socket = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 0, Listen => 1024) or die "listen: $!";
    push @sockets, $socket;
    push @ports, $socket->sockport;
  }
  dup2(fileno $sockets[$_], 20 + $_) // die "dup2: $!" for 0 .. $#sockets;
  $ENV{LISTENING_AT} = "@ports";
  exec "bash", @ARGV or die "bash: $!"' "${NAMES[*]}" "$0" "$@"

. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"
. "$(dirname "$0")/../lib/guard.bash"

TIMES=20 ROUNDS=3000
[[ $MODE == release ]] || TIMES=4 ROUNDS=200

read -ra ports <<< "$LISTENING_AT"
for i in "${!NAMES[@]}"; do
  ENDPOINT_ON[${NAMES[i]}]="&$((20 + i)) 127.0.0.1:${ports[i]}"
  UPSTREAM[${NAMES[i]}]=127.0.0.1:${ports[i]}
done
guarded_file
setting WX_TIMEOUT_MS=14000 LOG_LEVEL=info
start_stack
log_in "$(code person=witness)"
witness=$token
for name in "${NAMES[@]}"; do [[ ! -e $STACK_DIR/$name.sock ]] || fail "$name is not on TCP"; done

# ---- under load --------------------------------------------------------------------------------------

keep_logging_out() {
  until [[ -e $test_dir/enough ]]; do
    "$BUILD_DIR/load/rounds" "$STACK_DIR/http.sock" logout "$ROUNDS" 4 || fail "a logout went wrong" >&2
  done > "$test_dir/rounds"
}
load_start 4
loads=()
keep_asking current GET /api/user/current/ -H "IDTOKEN: $witness" 6>&- 7>&- & loads+=($!)
keep_asking denied GET /api/user/current/ 6>&- 7>&- & loads+=($!)
keep_asking logout POST /api/user/logout/ -d body=ignored 6>&- 7>&- & loads+=($!)
keep_logging_out 6>&- 7>&- & loads+=($!)

it "each is replaced $TIMES times, the new process beside the old one"
for ((time = 0; time < TIMES; time++)); do
  for name in "${NAMES[@]}"; do endpoint_replace "$name" || fail "$name was not replaced"; done
done

it "... and $TIMES times the old one ends before the new one begins"
for ((time = 0; time < TIMES; time++)); do
  for name in "${NAMES[@]}"; do
    old=$(pid_of "$name")
    end_process "$old" "$name" || fail "$name did not end by itself"
    endpoint_start "$name" || fail "no $name"
  done
done

it "not one request failed, and no logout took place twice"
asked_by 1000
: > "$test_dir/enough"
for load in "${loads[@]}"; do wait "$load" || fail "a request failed: $(tail -n 3 "$test_dir/rounds")"; done
only() { # NAME ANSWER
  assert_eq "answers to $1" "$2" "$(sort -u "$test_dir/answers-$1")"
}
current "$witness"
only current "$body 200"
only denied "$(denial missing) 401"
only logout "$(denial missing) 401"
assert_eq "rounds that went wrong" '' "$(grep -v ' rounds, 0 wrong, 0 unavailable$' "$test_dir/rounds" || true)"
all=$(($(cat "$test_dir"/answers-* | wc -l) + $(wc -l < "$test_dir/rounds") * ROUNDS * 8))
load_end
assert_contains "the load" ', 0 unavailable' "$said"
assert_eq "server errors in nginx's log" "" "$(grep -E '" 5[0-9][0-9] ' "$(log_of nginx-access)" || true)"
again=$(grep -cE 'upstream prematurely closed|Connection reset by peer|Broken pipe' "$(log_of nginx-error)" || true)
echo "figure: drains over TCP: $((all + ${said%% *})) requests, 0 failed; nginx sent $again of them again"

# ---- one request -------------------------------------------------------------------------------------

it "what is sent on a connection behind its end is not carried out, and a new connection is answered"
log_in "$(code person=late)"
late=$token
perl -MIO::Socket::INET -e '
  $| = 1;
  alarm 900;
  $SIG{PIPE} = "IGNORE";
  sub record { my ($type, $content) = @_; pack("CCnnCC", 1, $type, 1, length $content, 0, 0) . $content }
  sub pair { my ($name, $value) = @_; pack(length $value > 127 ? "CN" : "CC", length $name, length $value | (length $value > 127 ? 1 << 31 : 0)) . $name . $value }
  sub request { record(1, pack("nCx5", 1, 1)) . record(4, join "", @_) . record(4, "") . record(5, "") }
  my ($port, $token) = @ARGV;
  my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die "connect: $!";
  syswrite $socket, request(pair(REQUEST_METHOD => "POST"));
  sysread $socket, my $bytes, 65536;
  print "used\n";
  print sysread($socket, $bytes, 1) ? "a byte\n" : "the end\n";
  syswrite $socket, request(pair(REQUEST_METHOD => "POST"), pair(HTTP_IDTOKEN => $token));
  print sysread($socket, $bytes, 1) ? "a byte\n" : "nothing\n"' \
  "${UPSTREAM[logout]##*:}" "$late" > "$test_dir/late" &
client=$!
eventually grep -q used "$test_dir/late" || fail "no answer"
endpoint_replace logout || fail "logout was not replaced"
wait "$client" || fail "no connection"
assert_eq "what the connection brought" $'used\nthe end\nnothing' "$(< "$test_dir/late")"
assert_eq "the token" 200 "$(status_of "$late")"

it "nginx, with a logout for a kept connection that has just closed, sends it again, and it takes place once"
logout "$late"
assert_logged_out
assert_eq "the token" "401 无效的token" "$(status_of "$late")"
frozen() { [[ $(< "/proc/$1/stat") == *') T '* ]]; } # PID
master=$(pid_of nginx)
worker=$(grep -o '[0-9]*' "/proc/$master/task/$master/children")
for _ in 1 2 3; do
  log_in "$(code person=late)"
  logout none # so that nginx keeps a connection
  kill -STOP "$worker"
  eventually frozen "$worker" || fail "nginx is not frozen"
  curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" -X POST -H "IDTOKEN: $token" -w ' %{http_code}' \
    http://localhost/api/user/logout/ > "$test_dir/said" &
  asking=$!
  endpoint_replace logout || fail "logout was not replaced"
  kill -CONT "$worker"
  wait "$asking" || fail "no answer"
  assert_eq "the logout" '{"code":200,"msg":"登出成功"} 200' "$(< "$test_dir/said")"
  assert_eq "the token" "401 无效的token" "$(status_of "$token")"
done
