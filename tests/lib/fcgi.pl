#!/usr/bin/perl
# A FastCGI client that does what nginx never would. Usage: fcgi.pl SOCKET WHAT [ARGUMENT…]
# Requests are GETs without a token. What comes back is printed: an HTTP status, or "closed".
#
#   requests            one request per line of standard input, NAME=HEX… its parameters and BODY=HEX its body, on one kept
#                       connection; for each a line: status, header lines with | between, body, with tabs between
#   kept N              N requests on one connection, then whether it is still open
#   once                one request that does not ask to keep the connection, then whether it is still open
#   pieces              one request in three pieces, with pauses between them
#   big BYTES           one request with a header of so many bytes
#   bytes HEX           these bytes instead of a request
#   hangup N QUERY      N connections: a whole request each, closed at once
#   idle N              N connections: "ready", nothing until a line comes in, then a request on each
#   half N              N connections: half a request, "ready", and after a line came in the rest
#   stuck               half a request; prints the seconds until the connection is closed
use strict;
use warnings;
use IO::Socket::UNIX;
use Time::HiRes qw(sleep time);

$SIG{PIPE} = 'IGNORE';
$| = 1;
alarm 900;    # waits for no one for longer
my ($socket, $what, @arguments) = @ARGV;

sub record { my ($type, $content) = @_; return pack('CCnnCC', 1, $type, 1, length $content, 0, 0) . $content }

sub pair {
    my ($name, $value) = @_;
    return join('', map { length $_ < 128 ? chr length $_ : pack('N', length($_) | 0x80000000) } $name, $value) . $name . $value;
}

sub request {
    my ($keep, %parameters) = @_;
    my $body = delete $parameters{BODY} // '';
    my $all = join '', map { pair($_, $parameters{$_}) } sort keys %parameters;
    my $bytes = record(1, pack('nCx5', 1, $keep));
    $bytes .= record(4, $1) while $all =~ /\G(.{1,65528})/gs;
    $bytes .= record(4, '');
    $bytes .= record(5, $1) while $body =~ /\G(.{1,65528})/gs;
    return $bytes . record(5, '');
}
my %get = (REQUEST_METHOD => 'GET', QUERY_STRING => '');

sub connection { return IO::Socket::UNIX->new(Peer => $socket) || die "no connection to $socket: $!\n" }
sub put { my ($to, $bytes) = @_; syswrite($to, $bytes) // return; }

sub take {    # so many bytes, or nothing once it is closed
    my ($from, $size) = @_;
    my $bytes = '';
    while (length $bytes < $size) { sysread($from, $bytes, $size - length $bytes, length $bytes) || return }
    return $bytes;
}

sub reply {    # one whole reply, or nothing once it is closed
    my ($from) = @_;
    my $reply = '';
    while (defined(my $head = take($from, 8))) {
        my (undef, $type, undef, $length, $padding) = unpack 'CCnnC', $head;
        my $content = take($from, $length + $padding) // '';
        $reply .= substr $content, 0, $length if $type == 6;
        return $reply if $type == 3;
    }
    return;
}

sub answer {    # its status, or "closed"
    my $reply = reply(@_) // return 'closed';
    return $reply =~ /^Status: (\d+)/ ? $1 : 'no status';
}
sub told { my @all = @_; my %count; $count{$_}++ for @all; print join(' ', map { "$count{$_} x $_" } sort keys %count), "\n" }

sub still_open {
    my ($from, $seconds) = @_;
    my $ready = '';
    vec($ready, fileno $from, 1) = 1;
    return select($ready, undef, undef, $seconds) ? 'closed' : 'open';
}

sub in_a_line {    # a reply as `requests` prints it
    my ($head, $body) = split /\r\n\r\n/, $_[0], 2;
    my ($status, @headers) = split /\r\n/, $head;
    return join "\t", $status =~ /^Status: (\d+)/, map { s/([\x00-\x1f])/sprintf '\\x%02x', ord $1/ger } join('|', sort @headers), $body;
}

my %can = (
    requests => sub {
        my $c = connection();
        while (my $line = <STDIN>) {
            my %parameters = map { my ($name, $hex) = split /=/; ($name, pack 'H*', $hex) } split ' ', $line;
            put($c, request(1, %parameters));
            my $reply = reply($c);
            print defined $reply ? in_a_line($reply) : 'closed', "\n";
            $c = connection() if !defined $reply;
        }
    },
    kept => sub {
        my $c = connection();
        told(map { put($c, request(1, %get)); answer($c) } 1 .. $_[0]);
        print still_open($c, 0.3), "\n";
    },
    once => sub {
        my $c = connection();
        put($c, request(0, %get));
        print STDERR "sent\n";
        told(answer($c));
        print still_open($c, 60), "\n";
    },
    pieces => sub {
        my $c = connection();
        my $bytes = request(1, %get);
        for my $piece (substr($bytes, 0, 5), substr($bytes, 5, 30), substr($bytes, 35)) { put($c, $piece); sleep 0.2 }    # for each to arrive by itself
        told(answer($c));
    },
    big => sub { my $c = connection(); put($c, request(1, %get, HTTP_IDTOKEN => 'x' x $_[0])); told(answer($c)) },
    bytes => sub { my $c = connection(); put($c, pack 'H*', $_[0]); told(answer($c)) },
    hangup => sub { my ($n, $query) = @_; for (1 .. $n) { put(connection(), request(1, %get, QUERY_STRING => $query)) } },
    idle => sub {
        my @all = map { connection() } 1 .. $_[0];
        print "ready\n";
        <STDIN>;
        told(map { put($_, request(1, %get)); answer($_) } @all);
    },
    half => sub {
        my @all = map { connection() } 1 .. $_[0];
        my $bytes = request(1, %get);
        put($_, substr $bytes, 0, 40) for @all;
        print "ready\n";
        <STDIN>;
        told(map { put($_, substr $bytes, 40); answer($_) } @all);
    },
    stuck => sub {
        my $c = connection();
        my $begun = time;
        put($c, substr request(1, %get), 0, 40);
        answer($c);
        printf "%d\n", time - $begun;
    },
);
($can{$what} || die "fcgi.pl: what is $what?\n")->(@arguments);
