#!/bin/bash
# SIGTERM: every request that has arrived is answered, on kept connections, on those that nobody has accepted yet and
# where its rest is still on the way; then the process ends with status 0 (as after every test). What nginx has just
# sent to a connection that closes it sends again.
# Part of make check under tsan as well.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack current logout login-wx login-wx-callback

# drain KEPT FRESH LATE: a web server with KEPT open connections, each of which was used before. The endpoint is frozen
# while each of them sends a request, SIGTERM comes, and FRESH new connections arrive with a request each; so do LATE
# more, half of them with a part of it and half with nothing, the rest of which comes when the endpoint no longer
# listens. Prints which answers came how often. Many connections make the signal come before the news of the new ones.
drain() {
  perl - "$STACK_DIR/current.sock" "$(pid_of current)" "$@" << 'PERL'
use strict;
use warnings;
use IO::Socket::UNIX;
use Time::HiRes qw(time);
my ($path, $pid, $kept, $fresh, $late) = @ARGV;
alarm 900;

sub record { my ($type, $content) = @_; pack('CCnnCC', 1, $type, 1, length $content, 0, 0) . $content }
sub pair { my ($name, $value) = @_; pack('CC', length $name, length $value) . $name . $value }
my $request = record(1, pack('nCx5', 1, 1)) . record(4, pair(REQUEST_METHOD => 'GET')) . record(4, '') . record(5, '');

sub connection { IO::Socket::UNIX->new(Peer => $path) or die "connect: $!" }
sub ask {
  my ($socket, $from, $to) = @_;
  my $part = substr $request, $from // 0, ($to // length $request) - ($from // 0);
  syswrite($socket, $part) == length $part or die "write: $!";
}
sub take {
  my ($socket, $size) = @_;
  my $bytes = '';
  while (length $bytes < $size) { sysread($socket, $bytes, $size - length $bytes, length $bytes) or return }
  $bytes;
}
sub answer {
  my ($socket) = @_;
  my $text = '';
  $! = 0;
  for (;;) {
    my $head = take($socket, 8) // return "none: $!, behind '$text'";
    my ($type, $size, $padding) = (unpack 'CCnnCC', $head)[1, 3, 4];
    my $content = take($socket, $size + $padding) // return "half: $!, behind '$text'";
    $text .= substr $content, 0, $size if $type == 6;
    last if $type == 3;
  }
  $text =~ /^Status: (\d+).*\r\n\r\n(.*)/s ? "$1 $2" : $text;
}

my @kept = map { connection() } 1 .. $kept;
for (@kept) { ask($_); answer($_) }
kill STOP => $pid;
until (-e "/proc/$pid/stat" && `cat /proc/$pid/stat` =~ /\) T /) { select undef, undef, undef, 0.01 }
ask($_) for @kept;
kill TERM => $pid;
my @fresh = map { connection() } 1 .. $fresh;
ask($_) for @fresh;
my @late = map { connection() } 1 .. $late;
ask($late[$_], 0, 10 * ($_ % 2)) for 0 .. $#late;
kill CONT => $pid;
my $continued = time;
if ($late) {
  while (IO::Socket::UNIX->new(Peer => $path)) { select undef, undef, undef, 0.01 }
  ask($late[$_], 10 * ($_ % 2)) for 0 .. $#late;
  printf "%d ms\n", 1000 * (time - $continued) if time - $continued >= 1;
}
my %count;
$count{$_}++ for map { answer($_) } @kept;
$count{/^(none|half)/ ? "$_ (fresh)" : $_}++ for map { answer($_) } @fresh;
$count{/^(none|half)/ ? "$_ (late)" : $_}++ for map { answer($_) } @late;
print "$count{$_} $_\n" for sort keys %count;
PERL
}

# What comes late has a second's time. If the machine took longer to send it, it is sent again.
drained() { # KEPT FRESH LATE
  local pid attempt answers
  for attempt in {1..50}; do
    pid=$(pid_of current)
    answers=$(drain "$@")
    eventually process_gone "$pid" || fail "the endpoint did not end"
    endpoint_start current || fail "no current"
    [[ $answers == *' ms'* ]] || break
  done
  assert_eq "answers of attempt $attempt" "$(($1 + $2 + $3)) 401 $(denial missing)" "$answers"
}
it "kept connections and new ones: every request is answered"
for kept in 0 1 63 64 100; do drained $kept 20 0; done

it "... also where the rest of a request, or all of it, comes after the signal"
drained 0 0 2
drained 63 20 20

it "a request that arrives on a connection while the one before it is answered"
code=$(code slow=3000)
uuid=$(new_uuid)
scan "$uuid" "$code"
perl -MIO::Socket::UNIX -e '
  sub record { my ($type, $content) = @_; pack("CCnnCC", 1, $type, 1, length $content, 0, 0) . $content }
  sub pair { my ($name, $value) = @_; pack("CC", length $name, length $value) . $name . $value }
  sub request { record(1, pack("nCx5", 1, 1)) . record(4, pair(REQUEST_METHOD => "GET") . pair(QUERY_STRING => "uuid=$_[0]")) .
    record(4, "") . record(5, "") }
  alarm 900;
  $socket = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "connect: $!";
  syswrite $socket, request($ARGV[1]);
  <STDIN>;
  syswrite $socket, request("nobody");
  open $ready, ">", $ARGV[2]; close $ready;
  local $/; print <$socket>' "$STACK_DIR/login-wx.sock" "$uuid" "$test_dir/behind" \
  > "$test_dir/two" < <(eventually calls_are "$code" 1 0; echo) &
two=$!
eventually test -e "$test_dir/behind" || fail "nothing was sent"
program_stop login-wx || fail "login-wx did not end by itself"
wait "$two" || fail "no connection"
assert_eq "answers" 2 "$(grep -ao 'Status: 200' "$test_dir/two" | wc -l)"
assert_contains "the first" '"token":' "$(tr -d '\0' < "$test_dir/two")"
assert_contains "the second" "$NOTHING_SCANNED" "$(tr -d '\0' < "$test_dir/two")"

it "a connection that asks nothing does not keep it from ending"
perl -MIO::Socket::UNIX -e '$| = 1; $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die; print "there\n"; alarm 900;
  print sysread($s, $_, 1) ? "a byte\n" : "closed\n"' "$STACK_DIR/current.sock" > "$test_dir/idle" &
idle=$!
eventually grep -q there "$test_dir/idle" || fail "no connection"
program_stop current || fail "it did not end by itself"
wait "$idle" || fail "the connection stayed open"
assert_eq "the connection" $'there\nclosed' "$(< "$test_dir/idle")"
endpoint_start current || fail "no current"

# ---- through nginx -----------------------------------------------------------------------------------

# A browser with one kept connection: sends a request for each line that it reads, METHOD PATH or nothing for the
# answer, whose status it prints.
coproc BROWSER { perl -e '
  use IO::Socket::UNIX;
  $| = 1;
  alarm 900;
  $nginx = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "connect: $!";
  while (<STDIN>) {
    chomp;
    if ($_) { print $nginx "$_ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"; print "sent\n"; next }
    ($status) = (<$nginx> // "") =~ m{^HTTP/1.1 (\d+)};
    while (<$nginx>) { $length = $1 if /^Content-Length: (\d+)/; last if /^\r\n/ }
    read $nginx, $body, $length;
    print "$status $body\n";
  }' "$STACK_DIR/http.sock"; }
browser() { # LINE: prints what it says
  local said
  echo "$1" >&"${BROWSER[1]}"
  read -r -t "$PATIENCE" said <&"${BROWSER[0]}" || fail "the browser says nothing"
  echo "$said"
}
frozen() { [[ $(< "/proc/$1/stat") == *') T '* ]]; } # PID

it "nginx, with a request for a kept connection that has just closed, sends it again, a POST too"
denied="401 $(denial missing)"
for request in "GET current" "POST logout" "POST logout"; do
  name=${request#* }
  browser "${request% *} /api/user/$name/" > "$test_dir/sent"
  assert_eq "$request" "$denied" "$(browser '')"
  master=$(pid_of nginx)
  worker=$(grep -o '[0-9]*' "/proc/$master/task/$master/children")
  kill -STOP "$worker"
  eventually frozen "$worker" || fail "nginx is not frozen"
  browser "${request% *} /api/user/$name/" > "$test_dir/sent"
  endpoint_replace "$name" || fail "$name not replaced"
  kill -CONT "$worker"
  assert_eq "$request while $name is replaced" "$denied" "$(browser '')"
done
