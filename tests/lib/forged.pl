#!/usr/bin/perl
# Makes the tokens of a table (http/data/forged.tsv, which says what its lines are). Usage: forged.pl TABLE KEY NOW KEYS
#
# Prints a line per token: CLASS, what is to become of it (`good`, message and reason of the refusal, or `closed`), what it is, the
# SHA-256 by which Redis would know it, and itself in hex, with tabs between. KEYS is a directory with NAME.pem, a private key,
# for each NAME of the table.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 hmac_sha384 hmac_sha512 sha256 sha256_hex);
use MIME::Base64 qw(encode_base64 encode_base64url);

my ($table, $key, $now, $keys) = @ARGV;
my %become = (good => 'good', closed => 'closed', missing => 'token认证失败 missing', unauthentic => 'token认证失败 malformed',
    expired => 'token过期失效 expired', invalid => '无效的token malformed', unknown => '无效的token unknown');
my ($theirs, $later) = ('a key of the attacker, of 32 bytes', $now + 86400);

sub text { return join '.', map { encode_base64url($_) } @_ }
sub signed { my ($text, $with) = @_; return "$text." . encode_base64url(hmac_sha256($text, $with // $key)) }

# ---- keys of two halves, by openssl and not by what is tested --------------------------------------------------------
sub output { open my $from, '-|', @_ or die "$_[0]: $!\n"; binmode $from; local $/; my $all = <$from>; close $from or die "@_ ended with $?\n"; return $all }
my (%pem, %der, %raw, %kid, %signatures);
sub pem { return $pem{$_[0]} //= output('openssl', 'pkey', '-in', "$keys/$_[0].pem", '-pubout') }
sub der { return $der{$_[0]} //= output('openssl', 'pkey', '-in', "$keys/$_[0].pem", '-pubout', '-outform', 'DER') }
sub is_rsa { return length der($_[0]) > 100 }
# The key itself: 32 bytes, or the modulus.
sub raw {
    my ($name) = @_;
    return substr der($name), -32 if !is_rsa($name);
    return $raw{$name} //= pack 'H*', output('openssl', 'rsa', '-in', "$keys/$name.pem", '-noout', '-modulus') =~ s/^Modulus=|\s//gr;
}
sub members {    # in the order of their names, all keys here having the usual exponent
    my ($name) = @_;
    return is_rsa($name) ? sprintf('"e":"AQAB","kty":"RSA","n":"%s"', encode_base64url(raw($name))) : sprintf '"crv":"Ed25519","kty":"OKP","x":"%s"', encode_base64url(raw($name));
}
sub kid { return $kid{$_[0]} //= encode_base64url(sha256('{' . members($_[0]) . '}')) }
sub jwk { return sprintf '{%s,"kid":"%s","alg":"%s","use":"sig"}', members($_[0]), kid($_[0]), is_rsa($_[0]) ? 'RS256' : 'EdDSA' }
sub signature {    # NAME TEXT HOW: the hash, and `pss` where it is that
    my ($name, $text, $how) = (@_, 'sha256');
    return $signatures{"$name $how $text"} //= do {
        open my $file, '>', "$keys/text" or die "$keys/text: $!\n";
        print $file $text;
        close $file or die "$keys/text: $!\n";
        my ($hash, @pss) = split / /, $how;
        output('openssl', is_rsa($name) ? ('dgst', "-$hash", (map { ('-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest') } @pss), '-sign', "$keys/$name.pem", "$keys/text")
            : ('pkeyutl', '-sign', '-rawin', '-inkey', "$keys/$name.pem", '-in', "$keys/text"));
    };
}
sub by { my ($name, $text, @how) = @_; return "$text." . encode_base64url(signature($name, $text, @how)) }
# BYTES, R and S of Ed25519, with N times the group's order added to S: another solution of the same equation.
sub malleated {
    my ($times, $bytes) = @_;
    my @order = unpack 'C*', pack 'H*', 'edd3f55c1a631258d69cf7a2def9de14' . '00' x 15 . '10';
    my ($carry, @s) = (0, unpack 'x32 C*', $bytes);
    for (0 .. 31) { $carry += $s[$_] + $times * $order[$_]; $s[$_] = $carry & 255; $carry >>= 8 }
    return substr($bytes, 0, 32) . pack 'C*', @s;
}

# The good one has all letters in its signature that differ between the two alphabets of base64.
my ($header, $payload, $n) = ('{"typ":"jwt_","alg":"HS256"}', '', 0);
do { $payload = sprintf '{"id":1,"username":"one","exp":%d,"jti":"%d"}', $later, $n++ } until signed(text($header, $payload)) =~ /\..*\..*(?:-.*_|_.*-)/;
my $good = signed(text($header, $payload));
my ($h, $p, $s) = split /\./, $good;
my @letters = ('A' .. 'Z', 'a' .. 'z', 0 .. 9, '-', '_');

my %make = (
    good => sub { $good }, h => sub { $h }, p => sub { $p }, s => sub { $s },
    H => sub { $header }, P => sub { $payload }, S => sub { hmac_sha256("$h.$p", $key) },
    key => sub { $key }, theirs => sub { $theirs }, later => sub { $later }, ago => sub { $now - $_[0] },
    token => sub { signed(text(@_[0, 1]), $_[2]) }, signed => \&signed, text => \&text, e => \&encode_base64url,
    header => sub { signed(text($_[0], $payload)) }, payload => sub { signed(text($header, $_[0])) },
    id => sub { signed(text($header, qq({"id":$_[0],"exp":$later}))) }, exp => sub { signed(text($header, qq({"id":1,"exp":$_[0]}))) },
    sign => sub { hmac_sha256($_[0], $_[1] // $key) }, hash => \&sha256,
    sign384 => sub { hmac_sha384($_[0], $key) }, sign512 => sub { hmac_sha512($_[0], $key) },
    x => sub { $_[1] x $_[0] }, cut => sub { substr $_[1], 0, $_[0] }, behind => sub { substr $_[1], $_[0] },
    within => sub { my $half = length($_[1]) / 2; substr($_[1], 0, $half) . $_[0] . substr $_[1], $half },
    change => sub { $_[2] =~ s/\Q$_[0]/$_[1]/r }, all => sub { $_[2] =~ s/\Q$_[0]/$_[1]/gr },
    upper => sub { uc $_[0] }, hex => sub { unpack 'H*', $_[0] }, b64 => sub { encode_base64($_[0], '') },
    utf16 => sub { $_[0] =~ s/(.)/$1\0/gr }, reverse => sub { scalar reverse $_[0] }, not => sub { $_[0] ^ "\xff" x length $_[0] },
    pem => \&pem, der => \&der, raw => \&raw, jwk => \&jwk, kid => \&kid, by => \&by, signature => \&signature, malleated => \&malleated,
    named => sub { my ($alg, $name) = @_; return sprintf '{"typ":"jwt_","alg":"%s","kid":"%s"}', $alg, kid($name) },
    keyed => sub { my ($name, $with, @how) = @_; return by($name, text($with, $payload), @how) },
    body => sub { pem($_[0]) =~ s/-----.*-----\n//gr }, line => sub { $_[0] =~ tr/\n//dr },
    flip => sub { $_[1] ^ chr($_[0]) . "\0" x (length($_[1]) - 1) },
    fill => sub { $_[1] . ' ' x (($_[0] - length $_[1]) % 3) },
    stray => sub { my $last = index join('', @letters), substr $_[1], -1; substr($_[1], 0, -1) . $letters[$last + $_[0]] },
);

# A text with each call in «…» and each byte written \xNN in their place.
my $call = qr/(?<call>«(?:(?!«|»).|(?&call))*»)/s;
sub made {
    my ($text) = @_;
    return $text =~ s/$call|\\x([0-9a-f]{2})/defined $1 ? called($1) : chr hex $2/ger;
}
sub called {
    my ($name, $rest) = $_[0] =~ /^«(\w+) ?(.*)»$/s or die "what is $_[0]?\n";
    my @arguments = ('');
    $rest =~ s/\G(?:$call|(¦)|(.))/$2 ? push @arguments, '' : ($arguments[-1] .= $1 \/\/ $3); ''/ges;
    return ($make{$name} // die "what is $name?\n")->(map { made($_) } @arguments);
}

open my $lines, '<', $table or die "$table: $!\n";
my $class;
while (<$lines>) {
    chomp;
    next if /^(?:#|$)/;
    if (/^\[(.*)\]$/) { $class = $1; next }
    my ($become, $template, $what) = split /\t/;
    my $token = made($template);
    my $seen = $token =~ s/\0.*//sr;    # libfcgi takes a NUL for the end of a value; nginx lets none through
    print join("\t", $class, $become{$become} // die("what is $become?\n"), join(': ', $what // (), $template), sha256_hex($seen), unpack 'H*', $token), "\n";
}
