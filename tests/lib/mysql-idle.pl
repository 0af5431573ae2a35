# mysql-idle.pl PORT_FILE SERVER_SOCKET: passes MySQL connections on from a port of 127.0.0.1 that the kernel chooses and
# PORT_FILE is told, to the server's socket. At a SIGUSR1 it does to every connection what MySQL 8.0.24 and later do at
# wait_timeout: an error packet 4031, then the end (dev.mysql.com/worklog/task/?id=12689).
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();

my ($port_file, $server_path) = @ARGV;
my $text = 'The client was disconnected by the server because of inactivity. See wait_timeout and '
  . 'interactive_timeout for configuring this behavior.';
my $error = pack('CvA*', 0xff, 4031, '#HY000' . $text);
my $packet = substr(pack('V', length $error), 0, 3) . "\0" . $error;

my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 64) or die "listen: $!";
my (%other, %is_client);
my $all = IO::Select->new($listener);
my $time_is_up = 0;
$SIG{USR1} = sub { $time_is_up = 1 };
$SIG{TERM} = sub { POSIX::_exit(0) };

sub end {
  my ($end) = @_;
  for my $socket ($end, $other{$end}) {
    $all->remove($socket);
    delete $is_client{$socket};
  }
  my $partner = delete $other{$end};
  delete $other{$partner};
  close $_ for $end, $partner;
}

open my $file, '>', "$port_file.new" or die "$port_file: $!";
print $file $listener->sockport, "\n";
close $file;
rename "$port_file.new", $port_file or die "$port_file: $!";
for (;;) {
  my @ready = $all->can_read(0.1);
  if ($time_is_up) {
    $time_is_up = 0;
    for my $client (values %is_client) {
      syswrite $client, $packet;
      end($client);
    }
    next;
  }
  for my $socket (@ready) {
    if ($socket == $listener) {
      my $client = $listener->accept or next;
      my $server = IO::Socket::UNIX->new(Peer => $server_path) or do { close $client; next };
      ($other{$client}, $other{$server}) = ($server, $client);
      $is_client{$client} = $client;
      $all->add($client, $server);
    } elsif ($other{$socket}) {
      if (sysread $socket, my $bytes, 65536) { syswrite $other{$socket}, $bytes }
      else { end($socket) }
    }
  }
}
