#!/usr/bin/perl
# Puts hostile texts into every place where text comes in from outside: the walk over http/data/injection.tsv, which says what
# its lines are. Usage:
#
#   injection.pl TABLE TOKEN USER VERSION BOUND   prints a line per request; with the admin's token, id and version of a user to
#                                be changed, and the uuid of a login that has begun
#   injection.pl TABLE carried   prints those lines on standard input that HTTP can carry
#   injection.pl TABLE texts     prints a line per text that is UTF-8: what it tries, itself in hex, itself without control
#                                characters in hex, and itself as JSON
#
# The line of a request: endpoint, place, what the text tries, the event that is to be in the log (or nothing), a regular
# expression for the reply as fcgi.pl prints it, and the request as fcgi.pl reads it; with tabs between.
use strict;
use warnings;
use JSON::PP;
use MIME::Base64 qw(decode_base64url);

my ($table, $token, $user, $version, $bound, $redirected) = @ARGV;
my ($admin) = decode_base64url((split /\./, $token // '')[1] // '') =~ /"id":(\d+)/;
my (%section, $lines);
open my $in, '<', $table or die "$table: $!\n";
while (<$in>) {
    chomp;
    if (/^\[(.*)\]$/) { $lines = $section{$1} = [] }
    elsif (!/^(?:#|$)/) { push @$lines, [split /\t/] }
}

# ---- replies, as regular expressions ------------------------------------------------------------------------------
my $ID = 'X-Request-Id: [0-9A-Za-z-]{1,64}';
sub headers { return join '\\|', sort('Cache-Control: no-store', 'Content-Length: \\d+', $ID, @_) }
sub json { my ($status, $body, @more) = @_; return "$status\\t" . headers('Content-Type: application/json; charset=utf-8', @more) . "\\t$body" }
sub msg { my ($status, $code, $msg, @more) = @_; return json($status, quotemeta(qq({"code":$code,"msg":"$msg"})), @more) }
sub page {
    my ($title, @more) = @_;
    my @usual = ('Content-Type: text/html; charset=utf-8', 'Referrer-Policy: no-referrer', 'X-Content-Type-Options: nosniff',
        'X-Frame-Options: SAMEORIGIN', "Content-Security-Policy: default-src 'none'; style-src 'sha256-[\\w+/=]{44}'; img-src 'self' data:; "
        . "base-uri 'none'; form-action 'none'; frame-ancestors 'self'");
    return "200\\t" . headers(@usual, @more) . "\\t<!DOCTYPE html>.*<h1>$title</h1>.*";
}
my $unauthentic = '\\{"code":1001,"msg":"token认证失败","reason":"(?:missing|malformed)"\\}';
my %reply = (
    nothing => json(200, quotemeta '{"code":200,"data":{},"msg":"找不到该 uuid 匹配的 code"}'),
    begun => json(200, '\\{"code":200,"data":\\{"uuid":"[0-9a-f]{32}","appid":"[^"<]*","scope":"snsapi_login",'
        . '"redirect_uri":"http://localhost/[a-z/]*","js":"[^"<]*"\\}\\}',
        'Set-Cookie: scanlogin=[0-9a-f]{32}; Path=/api/user/login/wx/; Max-Age=1200; HttpOnly; SameSite=Lax'),
    success => page('微信登录成功'),
    # A browser without the cookie is led back: what it came with goes into a header.
    'led-back' => page('登录未完成', 'Refresh: 0; url=\\?state=' . ($bound // '') . '&code=[\\w.~%-]*&again=1'),
    me => json(200, '\\{"code":200,"data":\\{"id":[^{}]*\\}\\}'),
    (map { ($_ => json(200, '\\{"code":200,"data":\\{"items":\\[.*\\]\\}\\}')) } qw(ways-in devices)),
    file => join('\\|', '200\\tCache-Control: no-store', 'Content-Disposition: attachment; filename="scanlogin-\\d+\\.json"',
        'Content-Type: application/json; charset=utf-8', 'X-Content-Type-Options: nosniff', $ID) . '\\t\\{"profile":.*\\]\\}',
    keys => '200\\t' . join('\\|', 'Cache-Control: max-age=300', 'Content-Length: \\d+', 'Content-Type: application/json; charset=utf-8', $ID)
        . '\\t' . quotemeta '{"keys":[]}',
    list => json(200, '\\{"code":200,"data":\\{"items":\\[.*\\],"next":(?:null|"[\\w-]+")\\}\\}'),
    'no-items' => json(200, quotemeta '{"code":200,"data":{"items":[],"next":null}}'),
    unauthentic => json(401, $unauthentic, 'WWW-Authenticate: Bearer'),
    admitted => '204\\t' . join('\\|', 'Cache-Control: no-store', 'X-Auth-Request-Preferred-Username: user_[0-9a-f-]{36}',
        'X-Auth-Request-User: \\d+', $ID, 'X-User-Id: \\d+', 'X-User-Name: user_[0-9a-f-]{36}', 'X-User-Nickname: [\\w.~%-]+', 'X-User-Staff: 1') . '\\t',
    unadmitted => json(401, $unauthentic, 'WWW-Authenticate: Bearer', 'X-Scanlogin-Reply: \\{.*\\}'),
    'sent-to-login' => json(401, $unauthentic, 'X-Scanlogin-Login: /login/(?:\\?next=[\\w.~%-]+)?', 'X-Scanlogin-Reply: \\{.*\\}'),
    (map { ("bad-$_" => msg(200, '"params-error"', "参数 $_ 不合法")) } qw(uuid code next state avatar_url)),
    'no-code' => msg(200, '"params-error"', '缺少参数 code'),
    'no-login' => json(200, '\\{"code":"params-error","msg":"(?:缺少参数 code|请求体不是 JSON 对象)"\\}'),
    'no-object' => msg(200, '"params-error"', '请求体不是 JSON 对象'),
    ways => json(200, '\\{"code":200,"data":\\{"providers":\\[.*\\]\\}\\}', 'Vary: User-Agent, Sec-CH-UA-Mobile'),
    elsewhere => '303\\t' . headers('Location: /login/\\?error=other-browser', 'Referrer-Policy: no-referrer') . '\\t',
    'bad-host' => msg(200, '"params-error"', '参数 Host 不合法'),
    'bad-name' => json(400, '\\{"code":"params-error","msg":"参数 (?:[^"\\\\]|\\\\.)* 不合法"\\}'),
    'other-site' => msg(403, 403, '不允许跨站请求'),
    'no-path' => msg(404, 404, '接口不存在'),
    outdated => msg(412, 412, '数据已被修改，请刷新'),
);
sub reply {
    my ($name) = @_;
    return msg(400, '"params-error"', "参数 $1 不合法") if $name =~ /^bad (.*)/;
    return msg(405, 405, '请求方法不允许', "Allow: $1") if $name =~ /^method (.*)/;
    return $reply{$name} // die "what reply is $name?\n";
}

# ---- requests -----------------------------------------------------------------------------------------------------
my %path = ('login-oauth' => '/api/user/login/', 'login-oauth-callback' => '/api/user/login/github/callback/', 'login-mini' => '/api/user/login/mini/',
    'login-wx' => '/api/user/login/wx/', 'login-wx-callback' => '/api/user/login/wx/callback/',
    jwks => '/api/user/jwks.json', map({ ($_ => "/api/user/$_/") } qw(current auth logout sessions identities export)),
    map { ("admin-$_" => "/api/user/admin/$_/") } qw(users oauths audit));
my ($what, $text, %is, %value, $n);

sub as_json { my $copy = $_[0]; utf8::decode($copy); return JSON::PP->new->utf8->allow_nonref->encode($copy) }
sub take {    # the next text
    ($what, $text) = @{$_[0]};
    $text =~ s/\\x([0-9a-f]{2})/chr hex $1/ge;
    $text =~ s/^«x (\d+)¦(.)»$/$2 x $1/se;
    my $copy = $text;
    %is = (all => 1, harmless => $what eq 'harmless', control => !!($text =~ /[\x00-\x1f\x7f]/), nul => !!($text =~ /\0/), 'second-nul' => !!($text =~ /^x\0/),
        utf8 => !!(utf8::decode($copy) && $copy !~ /[\x{d800}-\x{dfff}]/), object => $what eq 'an object', map { ("over $_" => length $text > $_) } 100, 225, 512);
    %value = (text => $text, url => $text =~ s/(.)/sprintf '%%%02x', ord $1/gers, json => as_json($text), slug => $what =~ tr/a-zA-Z0-9/-/cr,
        token => $token, admin => $admin, user => $user, version => $version, bound => $bound, redirected => $redirected);
}
sub holds {
    for (split /&/, $_[0]) {
        my ($not, $name) = /^(!?)(.*)/;
        die "when is $name?\n" if !exists $is{$name};
        return 0 if !$is{$name} == !$not;
    }
    return 1;
}
sub filled { my ($template) = @_; return $template =~ s/«(\w+)»/$1 eq 'n' ? ++$n : $value{$1} \/\/ die "what is $1?\n"/ger }

sub put {    # REQUEST: a template; then what it has besides
    my ($endpoint, $place, $event, $reply, $request, %besides) = @_;
    @value{qw(place path)} = ($place, $path{$endpoint});
    my %request = (REQUEST_METHOD => 'GET', SCRIPT_NAME => $path{$endpoint}, map({ /^(\w+)=(.*)$/s or die "what is $_?\n"; ($1, filled($2)) } split ' ', $request), %besides);
    my $in_hex = join ' ', map { "$_=" . unpack 'H*', $request{$_} } sort keys %request;
    print join("\t", $endpoint, $place, $what, $event eq '-' ? '' : $event, reply(filled($reply)), $in_hex), "\n";
}

sub into_all {
    for my $usual (@{$section{usual}}) {
        my ($endpoint, $event, $reply, $request) = @$usual;
        for my $carrier (@{$section{carriers}}) {
            my ($name, $but) = @$carrier;
            my %instead = split ' ', $but // '';
            my @come = exists $instead{$reply} ? ('-', $instead{$reply}) : ($event, $reply);
            put($endpoint, "$reply: $name", @come, $request, HTTP_HOST => 'localhost', $name => $text);
        }
    }
    my %seen;
    for my $line (@{$section{places}}) {
        my ($endpoints, $places, $when, @rest) = @$line;
        next if !holds($when);
        for my $endpoint (split /,/, $endpoints) {
            for my $place (split /,/, $places) { put($endpoint, $place, @rest) if !$seen{"$endpoint $place"}++ }
        }
    }
}

# What HTTP can carry of a table: no NUL or line end, no white space around, 8 KiB, no odd byte in path, query or method. And
# not what is nginx's to look at: the host, and parameters that it gives itself.
sub is_carried {
    my %value = map { my ($name, $hex) = split /=/; ($name, pack 'H*', $hex) } split ' ', $_[0];
    for my $name (keys %value) {
        next if $name eq 'BODY';
        return 0 if $value{$name} !~ /^[^\s\x00](?:[^\x00\r\n]*[^\s\x00])?$/ || length $value{$name} > 7000;
        return 0 if $name =~ /^(?:REQUEST_METHOD|SCRIPT_NAME)$/ && $value{$name} !~ m{^[A-Za-z0-9/-]+(?:\.json)?$};
        return 0 if $name eq 'QUERY_STRING' && $value{$name} =~ /[^!-~]|#/;
        return 0 if $name !~ /^(?:REQUEST_METHOD|SCRIPT_NAME|QUERY_STRING|HTTP_.*|CONTENT_TYPE)$/;
        return 0 if $name eq 'HTTP_HOST' && $value{$name} ne 'localhost';
    }
    return 0 if $value{SCRIPT_NAME} eq $path{auth};    # nginx asks it for other requests, and gives it their parameters
    return $value{REQUEST_METHOD} =~ /^(?:GET|POST|PATCH|DELETE)$/;
}

if ($token eq 'carried') {
    while (<STDIN>) { print if is_carried((split /\t/)[5]) }
    exit;
}
for my $line (@{$section{texts}}) {
    take($line);
    if ($token ne 'texts') { into_all() }
    elsif ($is{utf8}) { print join("\t", $what, (map { unpack 'H*', $_ } $text, $text =~ s/[\x00-\x1f\x7f]//gr), as_json($text)), "\n" }
}
