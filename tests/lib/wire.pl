#!/usr/bin/perl
# WeChat with a wire that fails: wire.pl SANDBOX_PORT LOG. Prints the port it listens on, on 127.0.0.1.
#
# A request whose code is test.FAULT-… meets that fault the first time. The second time, and with any other code, the
# sandbox answers. LOG gets every byte that came in.
use strict;
use warnings;
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER);
use Time::HiRes qw(sleep);

my ($sandbox, $log) = @ARGV;
$SIG{PIPE} = $SIG{CHLD} = 'IGNORE';
$SIG{TERM} = sub { exit };
my $piece = 'x' x 65536;
my $json = '{"access_token":"a","openid":"o"}';

sub chunk { my ($text) = @_; return sprintf("%x\r\n%s\r\n", length $text, $text) }
sub put { my ($to, $bytes) = @_; return syswrite($to, $bytes) }
sub repeat { my ($to, $bytes, $times) = @_; while ($times-- > 0) { put($to, $bytes) || return } return 1 }
sub reset_at_close { my ($c) = @_; setsockopt($c, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) || die }
sub head { my ($length) = @_; return "HTTP/1.1 200 OK\r\nContent-Length: $length\r\n\r\n" }
my $endless = 9**9;
my $chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

# Each is given the connection, from which the request was read; what it returns true for is then answered well.
my %fault = (
    mute => sub { sysread $_[0], my $nothing, 1; return },    # until the other side gives up
    headonly => sub { put($_[0], head(33)); sysread $_[0], my $nothing, 1; return },
    drip => sub { put($_[0], head(1000)); for (1 .. 100) { put($_[0], '{') || return; sleep 0.1 } return },    # slower than the time limit
    hangup => sub { return },
    reset => sub { reset_at_close($_[0]); return },
    resetbody => sub { put($_[0], head(1000) . '{"access_'); sleep 0.1; reset_at_close($_[0]); return },    # read before the reset discards it
    short => sub { put($_[0], head(1000) . $json); return },
    unfinished => sub { put($_[0], $chunked . chunk($json)); return },
    garbage => sub { put($_[0], pack 'C*', map { ($_ * 167 + 13) % 256 } 1 .. 1000); return },
    nohttp => sub { put($_[0], $json); return },
    badlength => sub { put($_[0], head('-1') . $json); return },
    badchunk => sub { put($_[0], $chunked . "zz\r\n$json\r\n0\r\n\r\n"); return },
    big => sub { put($_[0], head(1 << 26)); repeat($_[0], $piece, 1 << 10); return },
    bigchunked => sub { put($_[0], $chunked); repeat($_[0], chunk($piece), 1 << 10) && put($_[0], chunk('')); return },
    endless => sub { put($_[0], $chunked); repeat($_[0], chunk($piece), $endless); return },
    endlessheads => sub { put($_[0], "HTTP/1.1 200 OK\r\n"); repeat($_[0], 'X-More: ' . 'x' x 8000 . "\r\n", $endless); return },
    longhead => sub { put($_[0], "HTTP/1.1 200 OK\r\nX-Long: "); repeat($_[0], $piece, $endless); return },
    endless100 => sub { repeat($_[0], "HTTP/1.1 100 Continue\r\n\r\n", $endless); return },
    gzip => sub {
        my $body = pack 'H*', '1f8b0800000000000003abae050043bfa6a302000000';
        put($_[0], "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " . length($body) . "\r\n\r\n$body");
        return;
    },
    switch => sub { put($_[0], "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"); return },
    # These are odd, but right.
    continue => sub { return put($_[0], "HTTP/1.1 100 Continue\r\n\r\n" x 3) },
    hints => sub { return put($_[0], "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n") },
);

sub relay {
    my ($client, $request) = @_;
    my $weixin = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $sandbox) || return;
    $request =~ s/\r\n\r\n\z/\r\nConnection: close\r\n\r\n/;
    put($weixin, $request);
    while (sysread $weixin, my $bytes, 65536) { put($client, $bytes) }
    return;
}

sub serve {
    my ($client) = @_;
    my $request = '';
    open my $told, '>>', $log or die "$log: $!";
    until ($request =~ /\r\n\r\n\z/) {
        sysread $client, my $bytes, 65536 or return;
        $request .= $bytes;
        syswrite $told, $bytes;
    }
    my ($what, $code) = $request =~ /code=(test\.([a-z0-9]+)-[^&]*)/ ? ($fault{$2}, $1) : ();
    my $first = $what && mkdir "$log.$code";    # a marker that two processes cannot both make
    return if $first && !$what->($client);
    return relay($client, $request);
}

my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 64) || die "listen: $!\n";
$| = 1;
print $listener->sockport, "\n";
while (1) {
    my $client = $listener->accept || next;
    if (!fork) { $SIG{TERM} = 'DEFAULT'; alarm 900; serve($client); exit }
}
