#!/usr/bin/perl
# Reads log lines of the endpoints; prints the event of each, or ODD and the line if it is not of the form that docs/operate.md,
# "Running it", promises: time, level, program, event, request, client, and other fields. A value with anything odd in it is
# in quotes, where no quote, backslash or control character stands for itself.
use strict;
use warnings;

my $value = qr/(?:[!#-<>-\[\]-~]+|"(?:[^"\\\x00-\x1f\x7f-\x9f]|\\["\\]|\\x[0-9a-f]{2})*")/;
my $field = qr/ (?:user|new|reason|kind|call|errcode|errmsg|admin|identity|other_user)=$value/;
my $time = qr/2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;
while (my $line = <STDIN>) {
    my $is_utf8 = utf8::decode(my $text = $line);
    my $formed = $text =~ /^$time (?:debug|info|warning|error) [a-z-]+\[\d+\] ([A-Za-z][A-Za-z_:, ]*) request=[0-9A-Za-z-]+ client=$value$field*$/;
    print $is_utf8 && $formed ? "$1\n" : "ODD: $line";
}
