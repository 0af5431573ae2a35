#!/usr/bin/perl
# FastCGI programs that take every request and answer none: mute.pl LOG SOCKET…
#
# Each request adds a line to LOG when it has arrived, "METHOD URI", and "closed METHOD URI" when its connection is closed.
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { exit };
my ($log, @sockets) = @ARGV;
open my $file, '>>', $log or die "$log: $!\n";
sub told { my ($line) = @_; syswrite $file, "$line\n" }

my (%listens, %bytes, %request);
my $all = IO::Select->new;
for my $socket (@sockets) {
    unlink $socket;
    my $listener = IO::Socket::UNIX->new(Local => $socket, Listen => 1024) || die "listen on $socket: $!\n";
    $listens{ fileno $listener } = 1;
    $all->add($listener);
}

sub parameter {    # its value, which has less than 128 bytes
    my ($bytes, $name) = @_;
    return $bytes =~ /([\x00-\x7f])$name(.*)/s ? substr $2, 0, ord $1 : '?';
}

sub hear {    # what has come on a connection
    my ($from) = @_;
    my $id = fileno $from;
    if (!sysread $from, my $piece, 65536) {
        told("closed $request{$id}") if defined $request{$id};
        delete $bytes{$id};
        delete $request{$id};
        $all->remove($from);
        return close $from;
    }
    else { $bytes{$id} .= $piece }
    return if defined $request{$id} || $bytes{$id} !~ /\x01\x05\x00\x01\x00\x00..\z/s;    # the end of its body
    $request{$id} = join ' ', map { parameter($bytes{$id}, $_) } 'REQUEST_METHOD', 'REQUEST_URI';
    told($request{$id});
}

while (1) {
    for my $ready ($all->can_read) {
        if (!$listens{ fileno $ready }) { hear($ready) }
        elsif (my $client = $ready->accept) { $all->add($client) }
    }
}
