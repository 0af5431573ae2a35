#!/usr/bin/perl
# explain.pl SQL: Markdown of a statement and of what MariaDB's ANALYZE says of it, which is read from standard input.
use strict;
use warnings;

my $sql = shift;
# The columns are the same in all of them.
$sql =~ s/SELECT t\.id, .*? FROM/SELECT … FROM/g;
$sql =~ s/ (UNION|STRAIGHT_JOIN|WHERE|ORDER BY)/\n  $1/g if length $sql > 120;
print "\n```sql\n$sql\n```\n\n";

# Not to be taken for a tag.
sub cell {
    my ($text) = @_;
    !defined $text || $text eq q{NULL} ? q{} : $text =~ /^</ ? "`$text`" : $text;
}

my @shown = qw(table type key rows r_rows Extra);
chomp(my @lines = <STDIN>);
my @names = split /\t/, shift @lines;
print '| ', join(' | ', @shown), " |\n|", '---|' x @shown, "\n";
for (@lines) {
    my %row;
    @row{@names} = split /\t/, $_, -1;
    print '| ', join(' | ', map { cell($_) } @row{@shown}), " |\n";
}
