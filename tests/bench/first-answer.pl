#!/usr/bin/perl
# first-answer.pl PROGRAM METHOD QUERY IDTOKEN STATUS: starts an endpoint, with this environment, on a socket of its own,
# and prints how many milliseconds passed from before its start until it had answered one request, with that status.
use strict;
use warnings;
use POSIX ();
use Socket;
use Time::HiRes 'time';

my ($program, $method, $query, $token, $status) = @ARGV;
my $path = "$ENV{STACK_DIR}/first-answer.$$.sock";
alarm 900;    # ends it all

sub record { my ($type, $body) = @_; pack('CCnnCC', 1, $type, 1, length $body, 0, 0) . $body }

sub pairs {
    my $text = '';
    while (my ($name, $value) = splice @_, 0, 2) {
        $text .= chr(length $name) . pack('N', length($value) | 0x80000000) . $name . $value;
    }
    $text;
}

my $request = record(1, pack('nCx5', 1, 0))
  . record(4, pairs(REQUEST_METHOD => $method, QUERY_STRING => $query, HTTP_IDTOKEN => $token))
  . record(4, '') . record(5, '');

socket(my $listener, AF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
bind($listener, pack_sockaddr_un($path)) or die "$path: $!";
listen($listener, 16) or die "listen: $!";
socket(my $client, AF_UNIX, SOCK_STREAM, 0) or die "socket: $!";

my $began = time;
my $pid = fork // die "fork: $!";
if (!$pid) {
    POSIX::dup2(fileno $listener, 0) // POSIX::_exit(1);
    exec $program or POSIX::_exit(1);
}
close $listener;
connect($client, pack_sockaddr_un($path)) or die "$path: $!";
unlink $path;
syswrite $client, $request;
my ($input, $output, $ended) = ('', '', 0);
while (!$ended && sysread $client, $input, 65536, length $input) {
    while (length $input >= 8) {
        my (undef, $type, undef, $length, $padding) = unpack 'CCnnC', $input;
        last if length $input < 8 + $length + $padding;
        $output .= substr $input, 8, $length if $type == 6;
        $ended = 1 if $type == 3;
        $input = substr $input, 8 + $length + $padding;
    }
}
my $took = time - $began;
close $client;
kill TERM => $pid;
waitpid $pid, 0;
die "$program ended with $?\n" if $?;
die "$program answered: $output\n" unless $ended && $output =~ /\AStatus: $status\b/;
printf "%.2f\n", 1000 * $took;
