#!/usr/bin/perl
# Clients that are no good to a server: slow.pl SOCKET WHAT COUNT, with their HTTP request on standard input.
#
#   drip      COUNT connections send it a byte at a time, all of them in turn; prints the statuses of the replies
#   part      COUNT connections one after another send it, read a little of the reply and hang up
#   nothing   COUNT connections one after another send it and hang up
use strict;
use warnings;
use IO::Socket::UNIX;
use Time::HiRes qw(sleep);

$SIG{PIPE} = 'IGNORE';
alarm 900;    # waits for no one for longer
my ($socket, $what, $count) = @ARGV;
local $/;
my $request = <STDIN>;
$request =~ s/\n/\r\n/g;

sub connection { return IO::Socket::UNIX->new(Peer => $socket) || die "no connection to $socket: $!\n" }

my %can = (
    drip => sub {
        my @all = map { connection() } 1 .. $count;
        for my $byte (split //, $request) {
            syswrite $_, $byte for @all;
            sleep 0.01;    # so slow they are
        }
        my %seen;
        for my $c (@all) { sysread $c, my $reply, 4096; $seen{$reply =~ m{^HTTP/1.1 (\d+)} ? $1 : 'closed'}++ }
        print join(' ', map { "$seen{$_} x $_" } sort keys %seen), "\n";
    },
    part => sub { for (1 .. $count) { my $c = connection(); syswrite $c, $request; sysread $c, my $some, 1000 } },
    nothing => sub { for (1 .. $count) { my $c = connection(); syswrite $c, $request } },
);
($can{$what} || die "slow.pl: what is $what?\n")->();
