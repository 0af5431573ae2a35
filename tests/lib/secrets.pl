#!/usr/bin/perl
# Looks for secrets in files. Usage: secrets.pl SECRETS FILE…
#
# SECRETS has a line per secret: CLASS, the secret, with a tab between. Any twelve characters of one that follow each other
# count as found: as they are, in hex, percent-encoded, or in base64, wherever in a longer text they were encoded. Prints
# each place: FILE, CLASS, FORM and the text around; and at the end how many secrets in how many forms it has looked for.
use strict;
use warnings;
use MIME::Base64 qw(encode_base64);

my $part = 12;
my ($secrets, @files) = @ARGV;
my (%sought, %form_names, $count);

# The letters of a text's base64 that do not depend on what stands before it, so many bytes, or behind it.
sub in_base64 {
    my ($text, $before) = @_;
    my $whole = encode_base64("\0" x $before . $text, '');
    my $first = (0, 2, 3)[$before];
    return substr $whole, $first, int(8 * ($before + length $text) / 6) - $first;
}

sub forms {
    my ($text) = @_;
    my $hex = unpack 'H*', $text;
    my $encoded = $hex =~ s/(..)/%$1/gr;
    my $usual = $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger;
    my %form = ('as it is' => $text, 'hex' => $hex, 'hex in capitals' => uc $hex, 'percent-encoded' => $usual,
        'percent-encoded, all of it' => $encoded, 'percent-encoded, in capitals' => uc $encoded);
    for my $before (0 .. 2) {
        my $base64 = in_base64($text, $before);
        $form{"base64, $before bytes in"} = $base64;
        $form{"base64url, $before bytes in"} = $base64 =~ tr{+/}{-_}r;
    }
    return %form;
}

open my $list, '<', $secrets or die "$secrets: $!\n";
while (my $line = <$list>) {
    chomp $line;
    my ($class, $secret) = split /\t/, $line, 2;
    die "too short a secret of $class: $secret\n" if length $secret < $part;
    $count++;
    for my $at (0 .. length($secret) - $part) {
        my %form = forms(substr $secret, $at, $part);
        while (my ($name, $text) = each %form) {
            $form_names{$name} = 1;
            $sought{length $text}{$text} //= "$class\t$name";
        }
    }
}

for my $file (@files) {
    open my $in, '<', $file or die "$file: $!\n";
    my $text = do { local $/; <$in> } // '';
    for my $length (sort { $a <=> $b } keys %sought) {
        my $texts = $sought{$length};
        for (my $at = 0; $at + $length <= length $text; $at++) {
            my $found = $texts->{substr $text, $at, $length} // next;
            my $from = $at < 80 ? 0 : $at - 80;
            print "$file\t$found\t", substr($text, $from, 160 + $length) =~ s/[\x00-\x1f]/ /gr, "\n";
            $at = index($text, "\n", $at);    # once a line is enough
            last if $at < 0;
        }
    }
}
print "$count secrets in ", scalar keys %form_names, " forms\n";
