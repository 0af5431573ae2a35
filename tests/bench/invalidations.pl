#!/usr/bin/perl
# invalidations.pl SOCKET PREFIX: watches the keys that begin so, as the endpoints do, until standard input ends, and
# prints the bytes that Redis has sent of them and the messages that these were: BYTES TAB MESSAGES.
use strict;
use warnings;
use Socket;

my ($path, $prefix) = @ARGV;
alarm 900;    # ends it all
socket(my $redis, AF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
connect($redis, pack_sockaddr_un($path)) or die "$path: $!";

sub command { join '', '*' . @_ . "\r\n", map { '$' . length() . "\r\n$_\r\n" } @_ }

# Reads until what has come begins like that, and returns what the pattern has caught.
my $input = '';
sub expect {
    my ($pattern) = @_;
    while (1) {
        return $1 if $input =~ s/\A$pattern//s;
        sysread $redis, $input, 65536, length $input or die "Redis has hung up: $input";
    }
}

syswrite $redis, command(qw(CLIENT ID));
my $id = expect(qr/:(\d+)\r\n/);
syswrite $redis, command(qw(CLIENT TRACKING ON REDIRECT), $id, qw(BCAST PREFIX), $prefix);
expect(qr/(\+OK)\r\n/);
syswrite $redis, command('SUBSCRIBE', '__redis__:invalidate');
expect(qr/(\*3\r\n\$9\r\nsubscribe)\r\n.*?:1\r\n/s);

while (1) {
    my $ready = '';
    vec($ready, $_, 1) = 1 for fileno $redis, fileno STDIN;
    select $ready, undef, undef, undef;
    if (vec($ready, fileno $redis, 1)) { sysread $redis, $input, 65536, length $input or die 'Redis has hung up' }
    elsif (!sysread STDIN, my $ignored, 1024) { last }
}
my $messages = () = $input =~ /\$7\r\nmessage\r\n/g;
die "no message came: $input\n" unless $messages;
print length $input, "\t$messages\n";
