#!/usr/bin/perl
# An HTTP client that sends what curl never would. Usage: http.pl SOCKET
#
# One request per line of standard input, as for `fcgi.pl requests`: NAME=HEX… of REQUEST_METHOD, SCRIPT_NAME (the path),
# QUERY_STRING, HTTP_…, CONTENT_TYPE and BODY. Their bytes are sent as they are, on one connection while it is kept. For each a line:
# status, header lines with | between (but for those that nginx adds to all), body, with tabs between; or "closed".
use strict;
use warnings;
use IO::Socket::UNIX;

$SIG{PIPE} = 'IGNORE';    # refused before all of it is sent
$| = 1;
alarm 900;                 # waits for no one for longer
my ($socket) = @ARGV;

sub request {
    my (%value) = @_;
    my $body = $value{BODY} // '';
    my $query = defined $value{QUERY_STRING} ? "?$value{QUERY_STRING}" : '';
    my $head = "$value{REQUEST_METHOD} $value{SCRIPT_NAME}$query HTTP/1.1\r\n";
    $value{HTTP_HOST} //= 'localhost';
    for my $parameter (sort grep { /^HTTP_/ } keys %value) {
        my $name = $parameter =~ s/^HTTP_//r =~ tr/_/-/r;
        $head .= "$name: $value{$parameter}\r\n";
    }
    $head .= "Content-Type: $value{CONTENT_TYPE}\r\n" if defined $value{CONTENT_TYPE};
    $head .= 'Content-Length: ' . length($body) . "\r\n" if length $body;
    return "$head\r\n$body";
}

sub connection { return IO::Socket::UNIX->new($socket) || die "no connection to $socket: $!\n" }

sub chunks {    # RFC 9112 section 7.1; what has no end dies of it
    my ($from) = @_;
    my $body = '';
    while (my $length = hex((<$from> // die "cut off\n") =~ s/\r\n//r)) {
        read($from, $body, $length, length $body) == $length && read($from, my $end, 2) == 2 or die "cut off\n";
    }
    <$from>;
    return $body;
}

sub reply {    # status, the header lines, the body, and whether the connection is closed behind it; nothing if it was before
    my ($from) = @_;
    my ($status, $length, $chunked, $closes, @headers);
    while (defined(my $line = <$from>)) {
        $line =~ s/\r\n//;
        last if $line eq '';
        $status //= $line =~ s{^HTTP/1.1 (\d+).*}{$1}r;
        $length = $1 if $line =~ /^Content-Length: (\d+)/i;
        $closes = 1 if $line =~ /^Connection: close/i;
        $chunked = 1 if $line eq 'Transfer-Encoding: chunked';
        push @headers, $line if $line =~ /: / && $line !~ /^(Server|Date|Connection|Transfer-Encoding): /;
    }
    return ($status, \@headers, chunks($from), $closes) if $chunked;
    return if !defined $length || read($from, my $body, $length) != $length;
    return ($status, \@headers, $body, $closes);
}

my $c = connection();
while (my $line = <STDIN>) {
    my %value = map { my ($name, $hex) = split /=/; ($name, pack 'H*', $hex) } split ' ', $line;
    $c->syswrite(request(%value));
    my ($status, $headers, $body, $closes) = reply($c);
    my $told = defined $status ? join("\t", $status, map { s/([\x00-\x1f])/sprintf '\\x%02x', ord $1/ger } join('|', sort @$headers), $body) : 'closed';
    print "$told\n";
    $c = connection() if $closes || !defined $status;
}
