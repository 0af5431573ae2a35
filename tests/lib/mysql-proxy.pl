# mysql-proxy.pl SOCKET SERVER_SOCKET PID_FILE PLAN: passes MySQL connections on, and interferes with one transaction.
#
# The file PLAN, where there is one, says what becomes of the next COMMIT, and is PLAN.taken from then on:
#   before   the connection is cut before the server sees it
#   after    the connection is cut when the server has done it, before its answer reaches the client
#   kill     the same, and the server, whose pid is in PID_FILE, is killed first
# or of the next START TRANSACTION:
#   freeze   it is passed on when the client, whose pid is in PID_FILE, has been sent SIGSTOP
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my ($path, $server_path, $pid_file, $plan) = @ARGV;
my $ok = "\0";    # what the answer begins with, behind its length and number

# A packet: its length and number, COM_QUERY, the statement.
sub query { return pack('VC', 1 + length $_[0], 3) . $_[0] }
my ($start, $commit) = (query('START TRANSACTION'), query('COMMIT'));

sub planned {
  my ($packet) = @_;
  return '' if $packet ne $start && $packet ne $commit;
  open my $file, '<', $plan or return '';
  chomp(my $what = <$file>);
  return '' if $packet ne ($what eq 'freeze' ? $start : $commit);
  rename $plan, "$plan.taken" or return '';
  return $what;
}

sub signal {
  my ($name) = @_;
  open my $file, '<', $pid_file or die "$pid_file: $!";
  chomp(my $pid = <$file>);
  kill $name => $pid;
}

sub serve {
  my ($client) = @_;
  my $server = IO::Socket::UNIX->new(Peer => $server_path) or exit;
  my $both = IO::Select->new($client, $server);
  my $what = '';
  for (;;) {
    for my $from ($both->can_read) {
      sysread($from, my $bytes, 65536) or exit;
      $what = planned($bytes) if $from == $client;
      exit if $what eq 'before';
      if ($what eq 'freeze') {
        signal('STOP');
        $what = '';
      }
      if ($what && $from == $server) {
        die 'COMMIT failed' if substr($bytes, 4, 1) ne $ok;
        signal('KILL') if $what eq 'kill';
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
