#!/usr/bin/perl
# Usage: unexpected.pl TABLE REPLIES: the lines of a table of injection.pl, and what came of them in the same order, as
# fcgi.pl prints it. Prints the replies that are not as the table has them, have another length than they say, or should
# be JSON and are not.
use strict;
use warnings;
use JSON::PP;

my ($table, $replies) = map { open my $file, '<', $_ or die "$_: $!\n"; $file } @ARGV;
while (my $row = <$table>) {
    my ($endpoint, $place, $what, undef, $expected) = split /\t/, $row;
    chomp(my $reply = <$replies> // '(nothing)');
    my ($status, $headers, $body) = split /\t/, $reply, 3;
    my $fault = $reply !~ /^(?:$expected)$/ ? "not as expected ($expected)" : '';
    my $whole = ($body // '') =~ s/\\x0a/\n/gr;
    $fault ||= 'of another length' if ($headers // '') =~ /Content-Length: (\d+)/ && $1 != length $whole;
    $fault ||= 'no JSON' if ($headers // '') =~ m{application/json} && !eval { decode_json($whole); 1 };
    print "$endpoint, $place, $what: $fault: ", substr($reply, 0, 600), "\n" if $fault;
}
print "more replies than requests\n" if defined <$replies>;
