# mysql-proxy.pl SOCKET SERVER_SOCKET PID_FILE PLAN: passes MySQL connections on, and cuts one at its COMMIT.
#
# The file PLAN, where there is one, says what becomes of the next COMMIT, and is PLAN.taken from then on:
#   before   the connection is cut before the server sees it
#   after    the connection is cut when the server has done it, before its answer reaches the client
#   kill     the same, and the server, whose pid is in PID_FILE, is killed first
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my ($path, $server_path, $pid_file, $plan) = @ARGV;
my $commit = pack('VC', 7, 3) . 'COMMIT';    # a packet's length and number, COM_QUERY
my $ok = "\0";                               # what the answer begins with, behind the same

sub planned {
  rename $plan, "$plan.taken" or return '';
  open my $file, '<', "$plan.taken" or die "$plan.taken: $!";
  chomp(my $what = <$file>);
  return $what;
}

sub kill_server {
  open my $file, '<', $pid_file or die "$pid_file: $!";
  chomp(my $pid = <$file>);
  kill KILL => $pid;
}

sub serve {
  my ($client) = @_;
  my $server = IO::Socket::UNIX->new(Peer => $server_path) or exit;
  my $both = IO::Select->new($client, $server);
  my $what = '';
  for (;;) {
    for my $from ($both->can_read) {
      sysread($from, my $bytes, 65536) or exit;
      $what = planned() if $from == $client && $bytes eq $commit;
      exit if $what eq 'before';
      if ($what && $from == $server) {
        die 'COMMIT failed' if substr($bytes, 4, 1) ne $ok;
        kill_server() if $what eq 'kill';
        exit;
      }
      syswrite($from == $client ? $server : $client, $bytes);
    }
  }
}

$SIG{CHLD} = 'IGNORE';
my $listener = IO::Socket::UNIX->new(Local => $path, Listen => 64) or die "$path: $!";
$SIG{TERM} = sub { exit };
while (my $client = $listener->accept) {
  my $child = fork // die "fork: $!";
  next if $child;
  close $listener;
  serve($client);
}
