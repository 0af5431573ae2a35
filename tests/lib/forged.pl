#!/usr/bin/perl
# Forged and malformed tokens, one step from a good one each. Usage: forged.pl KEY NOW
#
# Prints a line per token: CLASS, what is to become of it, what is wrong with it, the SHA-256 by which Redis would know
# it, and itself in hex, with tabs between. What is to become of it is `good` (for what looks wrong and is not), the message of the refusal, or
# `closed` for one that is larger than any request may be. All are user 1's; those of the classes that say so are signed
# with a key of the attacker's, the others with KEY.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 hmac_sha384 hmac_sha512 sha256 sha256_hex);
use MIME::Base64 qw(encode_base64 encode_base64url);

my ($key, $now) = @ARGV;
my $attackers = 'a key of the attacker, of 32 bytes';
my $later = $now + 86400;
my ($unauthentic, $expired, $invalid) = ('token认证失败', 'token过期失效', '无效的token');

my $header = '{"typ":"jwt_","alg":"HS256"}';
sub signature { my ($text, $with) = @_; return hmac_sha256($text, $with // $key) }
sub text { return join '.', map { encode_base64url($_) } @_ }
sub signed { my ($text, $with) = @_; return $text . '.' . encode_base64url(signature($text, $with)) }
sub token { my ($head, $payload, $with) = @_; return signed(text($head, $payload), $with) }

# The good one has all letters in its signature that differ between the two alphabets of base64.
my ($payload, $n) = ('', 0);
do { $payload = sprintf '{"id":1,"username":"one","exp":%d,"jti":"%d"}', $later, $n++ }
    until encode_base64url(signature(text($header, $payload))) =~ /-.*_|_.*-/;
my $text = text($header, $payload);
my ($head_part, $payload_part) = split /\./, $text;
my $raw = signature($text);
my $good = signed($text);

my $class;
sub row {
    my ($outcome, $what, $token) = @_;
    $what =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ge;
    my $seen = $token =~ s/\0.*//sr;    # libfcgi takes a NUL for the end of a value; nginx lets none through
    print join("\t", $class, $outcome, $what, sha256_hex($seen), unpack('H*', $token)), "\n";
}
sub rows { my ($outcome, %token) = @_; row($outcome, $_, $token{$_}) for sort keys %token }
sub headers { my ($outcome, @all) = @_; row($outcome, "header $_", token($_, $payload)) for @all }
sub payloads { my ($outcome, @all) = @_; row($outcome, "payload $_", token($header, $_)) for @all }
sub ids { my ($outcome, @all) = @_; row($outcome, "id $_", token($header, qq({"id":$_,"exp":$later}))) for @all }
sub exps { my ($outcome, @all) = @_; row($outcome, "exp $_", token($header, qq({"id":1,"exp":$_}))) for @all }

$class = 'good';
row('good', 'the one the others are made from', $good);

$class = 'no algorithm';
for my $alg (qw("none" "None" "NONE" "nOnE" "none\u0020" "n\u006fne" "" null false 0 {} []), '["none"]') {
    my $none = text(qq({"typ":"jwt_","alg":$alg}), $payload);
    rows($invalid, "alg $alg, no signature" => "$none.", "alg $alg, signed" => signed($none),
        "alg $alg, with the good signature" => "$none." . encode_base64url($raw));
}
rows($unauthentic, 'alg none, no dot behind it' => text('{"alg":"none"}', $payload));
headers($invalid, '{}', '{"typ":"jwt_"}', '{"Alg":"HS256"}', '{"ALG":"HS256"}', '{"alg ":"HS256"}', '{"typ":{"alg":"HS256"}}');

$class = 'another algorithm';
for my $pair (['HS384', \&hmac_sha384], ['HS512', \&hmac_sha512]) {
    my $other = text(qq({"alg":"$$pair[0]"}), $payload);
    row($invalid, "$$pair[0], properly signed", "$other." . encode_base64url($$pair[1]->($other, $key)));
}
for my $alg (qw(RS256 RS512 PS256 ES256 ES256K EdDSA Ed25519 HS1 HS257 A128KW dir)) {
    my $other = text(qq({"alg":"$alg"}), $payload);
    rows($invalid, "$alg, the key as HMAC's" => signed($other), "$alg, any signature" => "$other." . encode_base64url('x' x 256));
}
headers($invalid, map { qq({"alg":$_}) } qw("hs256" "Hs256" "HS256\u0020" "\u0020HS256" "HS25" "HS2566" "HMACSHA256" 256 true),
    '["HS256"]', '{"HS256":1}', '[["HS256"]]', "\"\x{ef}\x{bc}\x{a8}S256\"", "\"H\x{d0}\x{85}256\"", "\"HS256\x{e2}\x{80}\x{8b}\"",
    "\"HS\x{d9}\x{a2}\x{d9}\x{a5}\x{d9}\x{a6}\"", '"HS256\\n"', '"\\ufeffHS256"');
headers($unauthentic, '{"alg":"HS256\\u0000"}', '{"alg\\u0000":"HS256"}', "{\"alg\":\"HS256\0\"}", "{\"alg\":\"none\0HS256\"}");
headers('good', '{"alg":"\\u0048S256"}', '{"\\u0061lg":"HS256"}');

$class = 'a key of the attacker\'s choice';
my $jwk = '{"kty":"oct","k":"' . encode_base64url($attackers) . '"}';
for my $member ('"kid":"../../../../dev/null"', '"kid":"/dev/null"', '"kid":"\' UNION SELECT \'x\' -- "', '"kid":"$(id)"', '"kid":0',
    '"kid":null', qq("jwk":$jwk), '"jku":"http://127.0.0.1/keys"', '"jku":"file:///dev/null"', '"x5u":"https://evil.example/x"',
    '"x5c":["MIIB"]', '"x5t":"AAAA"', '"crit":["exp"]', '"crit":["b64"],"b64":false', '"b64":false', '"zip":"DEF"', '"cty":"JWT"',
    '"enc":"A128GCM"', '"typ":"JWT"') {
    my $named = qq({"alg":"HS256",$member});
    row($unauthentic, "$member, the attacker's key", token($named, $payload, $attackers));
    row($unauthentic, "$member, the empty key", token($named, $payload, ''));
    row('good', "$member, our key", token($named, $payload));
}
my $in_clear = "$head_part.$payload";
row($unauthentic, 'b64 false, the payload in clear', text('{"alg":"HS256","b64":false}') . ".$payload." . encode_base64url($raw));
for my $with (' ', "\0" x 32, substr($key, 1), "$key\n", uc $key, encode_base64($key, ''), sha256($key), $jwk, 'secret') {
    row($unauthentic, 'another key, ' . unpack('H*', $with), token($header, $payload, $with));
}

$class = 'a signature that is not its own';
my $others = signature(text($header, '{"id":2,"exp":4102444800}'));
my %bytes = ('another token\'s' => $others, 'all zero' => "\0" x 32, 'of no byte' => '', 'of one byte' => substr($raw, 0, 1),
    'of 31 bytes' => substr($raw, 0, 31), 'of 33 bytes' => "$raw\0", 'of 64 bytes' => $raw . $raw, 'inverted' => ~$raw,
    'reversed' => scalar reverse($raw), 'a hash without a key' => sha256($text), 'the key behind' => sha256($text . $key),
    'the key in front' => sha256($key . $text), 'in hex' => unpack('H*', $raw), 'encoded twice' => encode_base64url($raw),
    'of the payload alone' => signature($payload_part), 'of the text in clear' => signature("$header.$payload"),
    'of the other order' => signature("$payload_part.$head_part"), 'with one bit changed' => substr($raw, 0, 31) . (substr($raw, 31) ^ "\1"),
    'with its first bit changed' => ($raw ^ ("\x80" . "\0" x 31)));
row($unauthentic, "a signature $_", "$text." . encode_base64url($bytes{$_})) for sort keys %bytes;
rows($unauthentic, 'another payload\'s' => text($header, $payload =~ s/"id":1/"id":2/r) . '.' . encode_base64url($raw),
    'another header\'s' => text('{"alg":"HS256"}', $payload) . '.' . encode_base64url($raw));

$class = 'twice the same name';
headers($unauthentic, '{"alg":"none","alg":"HS256"}', '{"alg":"HS256","alg":"none"}', '{"alg":"HS256","alg":"HS256"}',
    '{"alg":"HS256","\\u0061lg":"none"}', '{"alg":"HS256","al\\u0067":"none"}', '{"typ":1,"typ":2,"alg":"HS256"}');
for my $pair (['exp', 1, $later], ['id', 2, 1], ['id', 1, 2], ['username', '"a"', '"b"'], ['jti', 1, 2]) {
    my ($name, $one, $two) = @$pair;
    my $rest = $name eq 'id' ? qq("exp":$later) : $name eq 'exp' ? '"id":1' : qq("id":1,"exp":$later);
    my $escaped = sprintf '\\u%04x%s', ord $name, substr $name, 1;
    payloads($unauthentic, qq({"$name":$one,"$name":$two,$rest}), qq({"$name":$one,$rest,"$escaped":$two}));
}

$class = 'exp';
exps($unauthentic, "\"$later\"", '"never"', '""', 'null', 'true', "[$later]", '{}', 'NaN', '-NaN', 'nan', 'Infinity', '-Infinity', '1e400',
    '-1e400', "+$later", "0$later", "$later.", "0x7fffffff", "$later,", "1e", '--1', "${later}L", "'$later'", '.5', '1_000_000_000_000');
exps($expired, 0, -0, -1, '-0.0', $now - 1, $now - 1 . '.9', '1e9', '1e-400', '-1e300', '-9223372036854775808', $now - 2 ** 31);
payloads($unauthentic, '{"id":1}', qq({"id":1,"EXP":$later}), qq({"id":1,"nbf":$later}), qq({"id":1,"x":{"exp":$later}}));
exps('good', "$later.5", '1e15', '1e300', '18446744073709551616');

$class = 'id';
ids($invalid, 0, -1, '-0', '1.5', '0.9999999', '1e-1', '9007199254740992.0', '9007199254740993', '9223372036854775807', '9223372036854775808',
    '18446744073709551617', '4294967297', '1e300', '1e400', '-1e400', '"1"', '""', '"1 OR 1=1"', 'true', 'null', '[1]', '{"id":1}', 2, 3, 424242);
ids($unauthentic, '01', '0x1', '1.', '+1', 'one', '1e', '1 OR 1=1', '１', '-');
payloads($invalid, qq({"exp":$later}), qq({"ID":1,"exp":$later}), qq({"id ":1,"exp":$later}), qq({"user_id":1,"exp":$later}),
    qq({"x":{"id":1},"exp":$later}), qq({"username":"one","exp":$later}));
ids('good', '1.0', '1e0', '10e-1');

$class = 'not one JSON object';
for my $whole ('', ' ', 'x', 'null', 'true', '7', '""', '[]', '"x"') {
    headers($unauthentic, $whole);
    payloads($unauthentic, $whole);
}
headers($unauthentic, '["HS256"]', '"HS256"', '[{"alg":"HS256"}]', "{'alg':'HS256'}", '{alg:"HS256"}', 'alg=HS256', "$header x", $header . $header,
    "$header,", '{"alg":"HS256",}', '/**/{"alg":"HS256"}', '{"alg":"HS256"}//', '<alg>HS256</alg>');
payloads($unauthentic, "[$payload]", "$payload,", "$payload}", $payload . $payload, "$payload {}", substr($payload, 0, -1) . ',}', "{$payload}",
    $payload =~ tr/"/'/r, $payload =~ s/"//gr, "/**/$payload", 'id=1&exp=9999999999', "\x1f\x8b$payload");
payloads('good', " \t\r\n$payload \n");

$class = 'cut JSON';
for my $pair (['header', $header, sub { token($_[0], $payload) }], ['payload', $payload, sub { token($header, $_[0]) }]) {
    my ($name, $whole, $make) = @$pair;
    while ($whole =~ /[{}:,"\d]/g) {
        my $end = pos $whole;
        row($unauthentic, "$name of $end bytes", $make->(substr $whole, 0, $end)) if $end < length $whole;
    }
}

$class = 'bytes';
for my $pair (['a NUL', "\0"], ['an escaped NUL', '\\u0000'], ['no UTF-8', "\xff"], ['a lone continuation', "\x80"], ['an overlong /', "\xc0\xaf"],
    ['an overlong NUL', "\xc0\x80"], ['an overlong /, three bytes', "\xe0\x80\xaf"], ['a raw surrogate', "\xed\xa0\x80"],
    ['above U+10FFFF', "\xf4\x90\x80\x80"], ['a cut character', "\xe4\xb8"], ['a raw line feed', "\n"], ['a raw DEL\'s neighbour', "\x1f"],
    ['a lone surrogate', '\\ud800'], ['a lone low surrogate', '\\udc00'], ['surrogates in the wrong order', '\\udc00\\ud800'],
    ['an escape of no digits', '\\uzzzz'], ['a cut escape', '\\u00'], ['no such escape', '\\x41'], ['a backslash alone', '\\']) {
    my ($what, $byte) = @$pair;
    rows($unauthentic, "$what in a value" => token($header, qq({"id":1,"username":"$byte","exp":$later})),
        "$what in a name" => token($header, qq({"id":1,"x$byte":1,"exp":$later})), "$what in the header" => token(qq({"alg":"HS256","x":"$byte"}), $payload));
}
for my $byte ("\0", "\x01", "\x0b", "\x0c", "\xa0", "\xef\xbb\xbf", "\xe2\x80\xa8") {
    my $hex = unpack 'H*', $byte;
    rows($unauthentic, "$hex before" => token($header, $byte . $payload), "$hex behind" => token($header, $payload . $byte),
        "$hex between" => token($header, $payload =~ s/,/,$byte/r), "$hex before the header" => token($byte . $header, $payload));
}
row($unauthentic, 'UTF-16', token($header, join '', map { "$_\0" } split //, $payload));
payloads('good', qq({"id":1,"exp":$later,"username":"\\ud83d\\ude00\xf0\x9f\x98\x80\\u202e\\/"}));

$class = 'deep';
for my $depth (100, 998, 1001, 2900, 10_000, 100_000) {
    my $outcome = $depth < 1000 ? 'good' : $depth < 50_000 ? $unauthentic : 'closed';
    row($outcome, "$depth arrays", token($header, qq({"id":1,"exp":$later,"x":) . '[' x $depth . ']' x $depth . '}'));
}
rows($unauthentic, '1800 open arrays' => token($header, '[' x 1800), '1100 objects' => token($header, qq({"id":1,"exp":$later,"x":)
    . '{"":' x 1100 . '1' . '}' x 1100 . '}'), '10000 open objects' => token('{"a":' x 10_000, $payload));

$class = 'another base64';
my %part = (header => [$head_part, sub { signed("$_[0].$payload_part") }], payload => [$payload_part, sub { signed("$head_part.$_[0]") }],
    signature => [encode_base64url($raw), sub { "$text.$_[0]" }]);
for my $name (sort keys %part) {
    my ($whole, $make) = @{$part{$name}};
    my $middle = int length($whole) / 2;
    my %spelling = (map({ ("$name with '$_' behind" => $whole . $_) } '=', '==', '===', '%3D', '%00', '+', '/', '-', ',', ':'),
        map({ my $hex = unpack 'H*', $_; ("$name with $hex within" => substr($whole, 0, $middle) . $_ . substr($whole, $middle)) }
            ' ', "\n", "\r\n", "\t", "\0", '=', '%41', '*', '~', "\xc3\xa9", "\x80"),
        "$name with a letter short" => substr($whole, 0, -1), "$name in hex" => unpack('H*', $whole), "$name quoted" => "\"$whole\"");
    row($unauthentic, $_, $make->($spelling{$_})) for sort keys %spelling;
}
rows($unauthentic, 'signature in the other alphabet' => "$text." . ($part{signature}[0] =~ tr{-_}{+/}r),
    'signature padded as it should have been' => "$text." . encode_base64($raw, ''),
    'payload in the other alphabet' => signed("$head_part." . encode_base64(qq({"id":1,"exp":$later,"x":"\xc3\xbf\xc3\xbf\xc3\xbf~~~???"}), '')));

# The last letter of a part of 3n + 1 bytes carries four bits that belong to no byte, of 3n + 2 bytes two.
$class = 'stray bits in the last letter';
my $letters = join '', 'A' .. 'Z', 'a' .. 'z', 0 .. 9, '-', '_';
for my $name ('header', 'payload', 'signature') {
    for my $spaces (0 .. 2) {
        next if $name eq 'signature' && $spaces;
        my $json = $name eq 'header' ? $header : $payload;
        my $bytes = $name eq 'signature' ? $raw : $json . ' ' x $spaces;
        my $strays = (1, 16, 4)[length($bytes) % 3];
        my $whole = encode_base64url($bytes);
        for my $stray (1 .. $strays - 1) {
            my $last = substr $letters, index($letters, substr $whole, -1) + $stray, 1;
            row($unauthentic, "$name of " . length($bytes) . " bytes, +$stray", $part{$name}[1]->(substr($whole, 0, -1) . $last));
        }
    }
}

$class = 'another shape';
my $signature_part = encode_base64url($raw);
my $flattened = qq({"protected":"$head_part","payload":"$payload_part","signature":"$signature_part"});
my %shape = ('a word' => 'x', map({ ("$_ dots" => '.' x $_) } 1 .. 5), 'three words' => 'abc.def.ghi', 'no signature' => $text,
    'a header alone' => $head_part, 'a header and a dot' => "$head_part.", 'a payload alone' => $payload_part,
    'no header' => ".$payload_part.$signature_part", 'no payload' => signed("$head_part."), 'no dot' => $good =~ tr/.//dr,
    'four parts' => "$good.AAAA", 'four parts, the last empty' => "$good.", 'an empty part in front' => ".$good",
    'an empty part within' => signed("$head_part..$payload_part"), 'five parts' => "$good.AAAA.AAAA",
    'five parts, as encrypted ones have' => text('{"alg":"dir","enc":"A128GCM"}', '', 'x' x 12, $payload, 'y' x 16), 'colons' => $good =~ tr/./:/r,
    'encoded dots' => $good =~ s/\./%2E/gr, 'in JSON, flattened' => $flattened, 'in JSON, in a list' => "[\"$good\"]", 'quoted' => "\"$good\"",
    'in JSON, general' => qq({"payload":"$payload_part","signatures":[{"protected":"$head_part","signature":"$signature_part"}]}),
    'with its scheme' => "Bearer $good", 'with its name' => "IDTOKEN=$good", 'twice' => "$good,$good", 'twice, with a space' => "$good $good",
    'a line end behind' => "$good\r\n", 'a line feed in front' => "\n$good",
    'a NUL in front' => "\0$good", 'a space in front' => " $good", 'a space behind' => "$good ", 'the parts in the clear' => "$header.$payload.$raw",
    'encoded as a whole' => encode_base64url($good), 'in capitals' => uc $good, 'a byte order mark' => "\xef\xbb\xbf$good",
    'another header injected' => "$good\r\nIDTOKEN: $good", 'a wrapped one' => token('{"alg":"HS256","cty":"JWT"}', $good));
row($unauthentic, $_, $shape{$_}) for sort keys %shape;
rows('good', 'a NUL behind' => token($header, qq({"id":1,"exp":$later,"jti":"a"})) . "\0",
    'a NUL and more behind' => token($header, qq({"id":1,"exp":$later,"jti":"b"})) . "\0x");
for my $length (1, 2, 10, length($head_part) - 1, length($head_part) + 2, length($text) - 1, length($text) + 2, length($good) - 2, length($good) - 1) {
    row($unauthentic, "cut after $length letters", substr $good, 0, $length);
}

$class = 'two faults, of which the first looked for is told';
my $none = '{"alg":"none"}';
rows($unauthentic, 'form before alg' => text($none, '{"id":1') . ".$signature_part", 'form before alg, the signature' => text($none, $payload) . '.=',
    'signature before exp' => token($header, '{"id":1,"exp":1}', $attackers), 'exp\'s type before id' => token($header, '{"id":0,"exp":"1"}'),
    'signature before id' => token($header, qq({"id":0,"exp":$later}), $attackers), 'length before alg' => token($none, $payload . ' ' x 8192));
rows($invalid, 'alg before signature' => text('{"alg":"HS512"}', $payload) . '.AAAA', 'alg before exp' => token($none, '{"id":1,"exp":1}'),
    'alg before exp\'s type' => token('{}', '{"id":1}'));
rows($expired, 'exp before a missing id' => token($header, '{"exp":1}'), 'exp before id' => token($header, '{"id":0,"exp":1}'));

$class = 'long';
my $bare = length token($header, qq({"id":1,"exp":$later,"x":""}));
sub of_length { my ($length) = @_; return token($header, qq({"id":1,"exp":$later,"x":") . 'x' x $_[0] . '"}') }
my ($fits) = grep { length(of_length($_)) <= 8192 } reverse 6000 .. 6100;
rows('good', 'of 8192 bytes at the most' => of_length($fits));
rows($unauthentic, 'a few bytes longer' => of_length($fits + 3), '16 KiB, well signed' => of_length(12_000), '100 KiB, well signed' => of_length(75_000),
    '40 KB of zeros' => '0' x 40_000, '100 KiB of dots' => '.' x 102_400, 'a long signature' => "$text." . 'A' x 8192);
rows('closed', '1 MiB, well signed' => of_length(786_000), '1 MiB of dots' => '.' x 1_048_576, '128 KiB' => 'x' x 131_072);
