#!/usr/bin/perl
# The site's own program, behind nginx, for tests of the guard: site.pl http|fastcgi SOCKET LOG
#
# Each request adds a line to LOG, "METHOD URI", when its head is there. The answer tells what came, a line each: the
# request line or, from fastcgi, the parameters; the headers as they are spelt; at the end "body BYTES MD5". A path that ends
# so gets another answer:
#   /status/CODE   that status, with the body "the site's own CODE" and the header X-Site: own
#   /download      10 MiB of 'x'
#   /accel?PATH    nothing but the header X-Accel-Redirect: PATH
#   /socket        101, and then what comes in goes back, in capitals (http alone)
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use IO::Socket::UNIX;

my ($protocol, $socket, $log) = @ARGV;
$SIG{CHLD} = $SIG{PIPE} = 'IGNORE';
$SIG{TERM} = sub { exit };

sub take {    # so many bytes; dies where there are fewer
    my ($from, $size) = @_;
    my $bytes = '';
    while (length $bytes < $size) { sysread($from, $bytes, $size - length $bytes, length $bytes) || exit }
    return $bytes;
}
sub told {
    my ($line) = @_;
    open my $file, '>>', $log or die "$log: $!\n";
    syswrite $file, "$line\n";
}

sub answer {    # status, headers, body
    my ($uri, $seen, $body) = @_;
    my ($path, $query) = split /\?/, $uri;
    return ($1, ['X-Site: own', 'WWW-Authenticate: Basic realm="site"'], "the site's own $1") if $path =~ m{/status/(\d+)$};
    return (200, ["X-Accel-Redirect: $query"], '') if $path =~ m{/accel$};
    return (200, [], 'x' x (10 << 20)) if $path =~ m{/download$};
    return (200, [], join('', map { "$_\n" } @$seen, sprintf 'body %d %s', length $body, md5_hex($body)));
}

sub http {
    my ($client) = @_;
    my $head = '';
    $head .= take($client, 1) until $head =~ /\r\n\r\n\z/;
    my ($line, @headers) = split /\r\n/, $head;
    my ($method, $uri) = split / /, $line;
    told("$method $uri");
    if ($uri =~ m{/socket$} && $head =~ /^Upgrade: websocket\r$/im) {
        syswrite $client, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        while (sysread $client, my $bytes, 4096) { syswrite $client, uc $bytes }
        return;
    }
    my ($status, $more, $body) = answer($uri, [ $line, sort @headers ], $head =~ /^Content-Length: (\d+)/im ? take($client, $1) : '');
    syswrite $client, join "\r\n", "HTTP/1.1 $status Said", 'Content-Type: text/plain', 'Content-Length: ' . length $body, 'Connection: close', @$more, '', '';
    my $sent = 0;
    while ($method ne 'HEAD' && $sent < length $body) { $sent += syswrite($client, $body, length($body) - $sent, $sent) // exit }
}

sub pairs {    # the names and values in FCGI_PARAMS
    my ($bytes) = @_;
    my (%pair, @length);
    while (length $bytes) {
        for (0, 1) {
            $length[$_] = unpack 'C', $bytes;
            if ($length[$_] < 128) { substr $bytes, 0, 1, '' }
            else { $length[$_] = unpack('N', substr $bytes, 0, 4, '') & 0x7fffffff }
        }
        my $name = substr $bytes, 0, $length[0], '';
        $pair{$name} = substr $bytes, 0, $length[1], '';
    }
    return %pair;
}
sub fastcgi {
    my ($client) = @_;
    my %stream = (4 => '', 5 => '');
    while (1) {
        my (undef, $type, undef, $length, $padding) = unpack 'CCnnC', take($client, 8);
        my $content = substr take($client, $length + $padding), 0, $length;
        $stream{$type} .= $content;
        last if $type == 5 && !$length;
    }
    my %parameter = pairs($stream{4});
    told("$parameter{REQUEST_METHOD} $parameter{REQUEST_URI}");
    my ($status, $more, $body) = answer($parameter{REQUEST_URI}, [ map { "$_=$parameter{$_}" } sort keys %parameter ], $stream{5});
    my $reply = join "\r\n", "Status: $status", 'Content-Type: text/plain', @$more, '', $body;
    syswrite $client, pack('CCnnCC', 1, 6, 1, length $1, 0, 0) . $1 while $reply =~ /\G(.{1,65528})/gs;
    syswrite $client, pack('CCnnCC', 1, 6, 1, 0, 0, 0) . pack('CCnnCCNC4', 1, 3, 1, 8, 0, 0, 0, 0, 0, 0, 0);
}

my %serve = (http => \&http, fastcgi => \&fastcgi);
unlink $socket;
my $listener = IO::Socket::UNIX->new(Local => $socket, Listen => 64) || die "listen: $!\n";
while (1) {
    my $client = $listener->accept || next;
    next if fork;
    $SIG{TERM} = 'DEFAULT';
    alarm 900;    # waits for no one for longer
    $serve{$protocol}->($client);
    exit;
}
