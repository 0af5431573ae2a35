#!/usr/bin/perl
# A network in front of a server: forward.pl PORT TARGET passes connections to PORT of 127.0.0.1 on to TARGET there.
#
# Stopped (SIGSTOP), it is a network that takes everything and delivers nothing; continued, it delivers what it has taken.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY);

$SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { exit };
my ($port, $target) = @ARGV;
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 128, ReuseAddr => 1)
    or die "listen on $port: $!\n";
my $all = IO::Select->new($listener);
my %other;    # by descriptor: the socket at the other end

sub connected {
    my ($client) = @_;
    my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $target);
    if (!$server) { close $client; return }
    $_->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1) for $client, $server;
    ($other{ fileno $client }, $other{ fileno $server }) = ($server, $client);
    $all->add($client, $server);
}

sub ended {
    my ($from) = @_;
    my $to = delete $other{ fileno $from };
    delete $other{ fileno $to };
    $all->remove($from, $to);
    close $_ for $from, $to;
}

sub passed_on {
    my ($from) = @_;
    my $to = $other{ fileno $from } or return;
    sysread($from, my $bytes, 65536) or return ended($from);
    while (length $bytes) {
        my $sent = syswrite($to, $bytes) or return ended($from);
        substr($bytes, 0, $sent, '');
    }
}

for (;;) {
    for my $ready ($all->can_read) {
        if ($ready == $listener) { connected($listener->accept || next) }
        elsif (defined fileno $ready) { passed_on($ready) }
    }
}
