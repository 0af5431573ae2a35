#!/usr/bin/perl
# Hostile text at every place where text comes in from outside. Usage:
#
#   injection.pl TOKEN USER VERSION    prints the table; with the admin's token, and id and version of a user to be changed
#   injection.pl carried               prints those lines of a table on standard input that HTTP can carry
#   injection.pl texts                 prints a line per text that is UTF-8: what it tries, itself in hex, itself without
#                                      control characters in hex, and itself as JSON
#
# The table has a line per request: endpoint, place, what the text tries, the event it is to leave in the log (or nothing), a
# regular expression for the reply as fcgi.pl prints it, and the request as fcgi.pl reads it; with tabs between.
# In the environment: BOUND_UUID, of a login that has begun.
use strict;
use warnings;
use JSON::PP;

my ($token, $user, $version) = @ARGV;
my %payload = (
    'harmless' => 'x',
    'a quote' => "x' OR '1'='1",
    'a statement' => "x'; DROP TABLE user_user; -- ",
    'a union' => "' UNION SELECT password FROM user_user #",
    'a double quote' => 'x" OR ""="',
    'a backslash' => "x\\' OR 1=1 -- ",
    'a wide quote' => "\xbf' OR 1=1 -- ",
    'a sleep' => '1 AND SLEEP(9)',
    'LIKE' => '%_%\\',
    'a Redis command' => "x\r\nFLUSHALL\r\n*1\r\n\$8\r\nFLUSHALL\r\n",
    'Lua' => "x' redis.call('FLUSHALL') --",
    'a glob' => '*?[a-z]',
    'a header' => "x\r\nSet-Cookie: scanlogin=planted",
    'a line feed' => "x\nX-Injected: 1",
    'a carriage return' => "x\rX-Injected: 1",
    'a body' => "x\r\n\r\n<script>alert(1)</script>",
    'a line end in UTF-8 cut to bytes' => "x\xe5\x98\x8d\xe5\x98\x8aX-Injected: 1",
    'a line separator' => "x\xe2\x80\xa8X-Injected: 1",
    'an encoded line end' => 'x%0d%0aX-Injected:%201',
    'a status' => "Status: 500\r\n\r\n",
    'a log line' => "x\n2030-01-01T00:00:00.000Z info login-wx[1] login request=1 client=192.0.2.1 user=1 new=no",
    'a log field' => 'x user=1 request=forged',
    'a quoted field' => 'x" user=1 y="',
    'an escaped one' => 'x\\" user=1 y=\\"',
    'a terminal' => "\e[2J\e]0;x\a\b\b",
    'a C1 terminal' => "\xc2\x9b31m\xc2\x85x",
    'a NUL' => "x\0' y",
    'DEL' => "x\x7f",
    'a tab' => "x\ty",
    'a script' => '<script>alert(1)</script>',
    'an attribute' => '"><img src=x onerror=alert(1)>',
    'a string in a script' => "'-alert(1)-'",
    'a title' => '</title><script>alert(1)</script>',
    'a template' => '{{text}} ${7*7} <%= 7 %>',
    'a URL' => 'javascript:alert(1)',
    'entities' => '&lt;&#39;&amp;',
    'a format' => '%s%n%x%p',
    'a shell' => '$(id)`id`|id;id',
    'JSON' => '","code":200,"data":{"token":"x"},"x":"',
    'an escape' => '\\u0000\\ud800\\',
    'an object' => '{"a":1}',
    'no UTF-8' => "\xff\xfe\xc0\xaf",
    'a surrogate' => "\xed\xa0\x80",
    'right to left' => "\xe2\x80\xae\xd7\x90",
    'a path' => '../../../../etc/passwd',
    'a formula' => '=1+1',
    'a cookie' => 'a; scanlogin=x',
    'many commas' => ',' x 300,
    '20 KB' => 'A' x 20_000,
    '5,000 lines' => "\n" x 5000,
);

# ---- replies, as regular expressions ------------------------------------------------------------------------------
sub headers { return join '\\|', sort('Cache-Control: no-store', 'Content-Length: \\d+', @_) }
my $json_type = 'Content-Type: application/json; charset=utf-8';
sub json { my ($status, $body, @headers) = @_; return "$status\\t" . headers($json_type, @headers) . '\\t' . $body }
sub msg { my ($status, $code, $msg, @headers) = @_; return json($status, quotemeta(qq({"code":$code,"msg":"$msg"})), @headers) }
my $nothing = json(200, quotemeta '{"code":200,"data":{},"msg":"找不到该 uuid 匹配的 code"}');
my $unauthentic = msg(401, 1001, 'token认证失败', 'WWW-Authenticate: Bearer');
my $me = json(200, '\\{"code":200,"data":\\{"id":[^{}]*\\}\\}');
my $list = json(200, '\\{"code":200,"data":\\{"items":\\[.*\\],"next":(?:null|"[\\w-]+")\\}\\}');
my $empty_list = json(200, quotemeta '{"code":200,"data":{"items":[],"next":null}}');
my $begun = json(200, '\\{"code":200,"data":\\{"uuid":"[0-9a-f]{32}","appid":"[^"<]*","scope":"snsapi_login",'
    . '"redirect_uri":"http://localhost/[a-z/]*","js":"[^"<]*"\\}\\}',
    'Set-Cookie: scanlogin=[0-9a-f]{32}; Path=/api/user/login/wx/; Max-Age=1200; HttpOnly; SameSite=Lax');
my @page_headers = ('Content-Type: text/html; charset=utf-8', 'Referrer-Policy: no-referrer', 'X-Content-Type-Options: nosniff',
    'X-Frame-Options: SAMEORIGIN', "Content-Security-Policy: default-src 'none'; style-src 'sha256-[\\w+/=]{44}'; img-src 'self' data:; "
    . "base-uri 'none'; form-action 'none'; frame-ancestors 'self'");
sub page { my ($title, @more) = @_; return "200\\t" . headers(@page_headers, @more) . "\\t<!DOCTYPE html>.*<h1>$title</h1>.*" }
sub bad { return msg(400, '"params-error"', "参数 $_[0] 不合法") }

# ---- requests -----------------------------------------------------------------------------------------------------
sub encoded { return join '', map { sprintf '%%%02x', ord } split //, $_[0] }
sub has_control { return $_[0] =~ /[\x00-\x1f\x7f]/ }
sub is_utf8 { my $copy = $_[0]; return utf8::decode($copy) && $copy !~ /[\x{d800}-\x{dfff}]/ }
sub as_json { my $copy = $_[0]; utf8::decode($copy); return JSON::PP->new->utf8->allow_nonref->encode($copy) }

my ($what, $text);
sub put {
    my ($endpoint, $place, $event, $reply, %request) = @_;
    $request{REQUEST_METHOD} //= 'GET';
    my $in_hex = join ' ', map { "$_=" . unpack 'H*', $request{$_} } sort keys %request;
    print join("\t", $endpoint, $place, $what, $event, $reply, $in_hex), "\n";
}

my %path = ('login-wx' => '/api/user/login/wx/', 'login-wx-callback' => '/api/user/login/wx/callback/',
    current => '/api/user/current/', logout => '/api/user/logout/', map { ("admin-$_" => "/api/user/admin/$_/") } qw(users oauths audit));
my $n = 0;
my %usual = (    # what an endpoint is asked otherwise: event, reply, request
    'login-wx' => sub { ('', $nothing, QUERY_STRING => 'uuid=nobody') },
    'login-wx, begun' => sub { ('login begun', $begun, REQUEST_METHOD => 'POST') },
    'login-wx-callback' => sub { ('code stored', page('微信登录成功'), QUERY_STRING => 'code=c&state=usual-' . ++$n) },
    'current' => sub { ('', $me, HTTP_IDTOKEN => $token) },
    'logout' => sub { ('logout denied', $unauthentic, REQUEST_METHOD => 'POST', HTTP_IDTOKEN => 'x') },
    map { ($_ => sub { ('', $list, HTTP_IDTOKEN => $token, QUERY_STRING => 'limit=3') }) } qw(admin-users admin-oauths admin-audit),
);

# Those that an endpoint has no use for, or only writes down: nothing comes of them.
my @headers = qw(HTTP_USER_AGENT HTTP_COOKIE HTTP_REFERER HTTP_X_FORWARDED_FOR HTTP_X_FORWARDED_HOST HTTP_X_FORWARDED_PROTO
    HTTP_FORWARDED HTTP_X_REAL_IP HTTP_SEC_FETCH_SITE HTTP_SEC_FETCH_MODE HTTP_ORIGIN HTTP_IF_MATCH HTTP_ACCEPT_LANGUAGE
    HTTP_AUTHORIZATION HTTP_X_REQUEST_ID HTTP_X_HTTP_METHOD_OVERRIDE HTTP_RANGE HTTP_X CONTENT_TYPE BODY);
my @parameters = qw(REMOTE_ADDR REMOTE_USER REQUEST_ID REQUEST_URI SERVER_NAME SERVER_PORT SERVER_PROTOCOL REQUEST_SCHEME HTTPS GATEWAY_INTERFACE);

my $other_site = msg(403, 403, '不允许跨站请求');

sub everywhere {
    for my $usual (sort keys %usual) {
        my $endpoint = $usual =~ s/,.*//r;
        for my $place (@headers, @parameters) {
            my ($event, $reply, %request) = $usual{$usual}->();
            # None of the texts is this site's origin.
            ($event, $reply) = ('', $other_site) if $usual eq 'login-wx, begun' && $place eq 'HTTP_ORIGIN';
            put($endpoint, "$usual: $place", $event, $reply, SCRIPT_NAME => $path{$endpoint}, HTTP_HOST => 'localhost', %request, $place => $text);
        }
        next if $usual !~ /^login-wx(?:-callback)?$/;
        my ($event, $reply, %request) = $usual{$usual}->();
        put($endpoint, "$usual: a name in the query", $event, $reply, SCRIPT_NAME => $path{$endpoint}, %request,
            QUERY_STRING => "$request{QUERY_STRING}&" . encoded($text) . '=1');
    }
}

my $bad_uuid = msg(200, '"params-error"', '参数 uuid 不合法');
my $bad_code = msg(200, '"params-error"', '参数 code 不合法');
my $bad_host = msg(200, '"params-error"', '参数 Host 不合法');
my $success = page('微信登录成功');

sub of_a_poll {
    my %at = (SCRIPT_NAME => $path{'login-wx'});
    put('login-wx', 'the raw query', '', $nothing, %at, QUERY_STRING => "uuid=nobody&$text");
    return if $what eq 'harmless';
    put('login-wx', 'uuid', '', $bad_uuid, %at, QUERY_STRING => 'uuid=' . encoded($text));
    put('login-wx', 'Host', '', $bad_host, %at, REQUEST_METHOD => 'POST', HTTP_HOST => $text) if $text !~ /^x\0/;
    put('login-wx', 'SERVER_NAME', '', $bad_host, %at, REQUEST_METHOD => 'POST', SERVER_NAME => $text) if $text !~ /^x\0/;
}

sub of_a_callback {
    my $put = sub {
        my ($place, $reply, $query) = @_;
        my $event = $reply eq $success ? 'code stored' : '';
        put('login-wx-callback', $place, $event, $reply, SCRIPT_NAME => $path{'login-wx-callback'}, QUERY_STRING => $query);
    };
    my $no_code = has_control($text) || length $text > 512;
    my $encoded = encoded($text);
    $put->('code', $no_code ? $bad_code : $success, 'state=code-' . ($what =~ tr/a-zA-Z0-9/-/cr) . "&code=$encoded");
    $put->('state', $what eq 'harmless' ? $success : $bad_uuid, "code=c&state=$encoded");
    $put->('the raw query', $success, 'code=c&state=raw-' . ++$n . "&$text");
    # A browser without the cookie is led back: what it came with goes into a header.
    my $again = "Refresh: 0; url=\\?state=$ENV{BOUND_UUID}&code=[\\w.~%-]*&again=1";
    $put->('the code of a bound login', $no_code ? $bad_code : page('登录未完成', $again), "state=$ENV{BOUND_UUID}&code=$encoded");
}

sub of_a_token {
    for (['current', 'denied', 'GET'], ['logout', 'logout denied', 'POST'], map { ["admin-$_", '', 'GET'] } qw(users oauths audit)) {
        my ($endpoint, $event, $method) = @$_;
        put($endpoint, 'IDTOKEN', $event, $unauthentic, SCRIPT_NAME => $path{$endpoint}, REQUEST_METHOD => $method, HTTP_IDTOKEN => $text);
    }
    for (['login-wx', 'GET, HEAD, POST'], ['current', 'GET, HEAD'], ['logout', 'POST']) {
        my ($endpoint, $allowed) = @$_;
        my $refused = msg(405, 405, '请求方法不允许', "Allow: $allowed");
        put($endpoint, 'the method', '', $refused, SCRIPT_NAME => $path{$endpoint}, REQUEST_METHOD => $text);
    }
}

my %texts_of = ('admin-users' => [qw(q)], 'admin-oauths' => [qw(q oauth_type)], 'admin-audit' => [qw(action)]);
my %others_of = ('admin-users' => [qw(is_active is_staff date_joined__gte date_joined__lt last_login__gte last_login__lt)],
    'admin-oauths' => [qw(user)], 'admin-audit' => [qw(user actor at__gte at__lt)]);
my $bad_name = json(400, '\\{"code":"params-error","msg":"参数 (?:[^"\\\\]|\\\\.)* 不合法"\\}');
my $no_such_path = msg(404, 404, '接口不存在');

sub of_a_list {
    my $searchable = is_utf8($text) && !has_control($text) && length $text <= 100;
    my $encoded = encoded($text);
    for my $endpoint (sort keys %texts_of) {
        my %at = (SCRIPT_NAME => $path{$endpoint}, HTTP_IDTOKEN => $token);
        put($endpoint, $_, '', $searchable ? $empty_list : bad($_), %at, QUERY_STRING => "$_=$encoded") for @{$texts_of{$endpoint}};
        put($endpoint, $_, '', bad($_), %at, QUERY_STRING => "$_=$encoded") for @{$others_of{$endpoint}}, qw(cursor ordering limit format);
        put($endpoint, 'a name', '', $bad_name, %at, QUERY_STRING => "$encoded=1");
        put($endpoint, 'the path', '', $no_such_path, %at, SCRIPT_NAME => "$path{$endpoint}$text");
        put($endpoint, 'the path behind an id', '', $no_such_path, %at, SCRIPT_NAME => "$path{$endpoint}7/$text");
    }
}

sub of_a_change {
    my $put = sub {
        my ($place, $reply, $method, $version, $body) = @_;
        put('admin-users', $place, '', $reply, SCRIPT_NAME => "$path{'admin-users'}$user/", HTTP_IDTOKEN => $token, REQUEST_METHOD => $method,
            HTTP_IF_MATCH => $version, BODY => $body);
    };
    $put->('If-Match', msg(412, 412, '数据已被修改，请刷新'), 'PATCH', $text, '{"nickname":"never"}');
    $put->('the body', bad('body'), 'PATCH', $version, $text) if $what ne 'an object';
    return if !is_utf8($text);
    my $json = as_json($text);
    $put->('confirm', bad('confirm'), 'DELETE', $version, qq({"confirm":$json}));
    $put->('a field', $bad_name, 'PATCH', $version, qq({$json:"x"}));
    return if !has_control($text) && length $text <= 225;    # taken: 34-injection.sh looks at what is stored
    $put->($_, bad($text =~ /\0/ ? 'body' : $_), 'PATCH', $version, qq({"$_":$json})) for qw(nickname phone_number gender);
}

# What HTTP can carry of a table: no NUL or line end, no white space around, 8 KiB, no odd byte in path, query or method. And
# not what is nginx's to look at: the host, and parameters that it gives itself.
sub is_carried {
    my %value = map { my ($name, $hex) = split /=/; ($name, pack 'H*', $hex) } split ' ', $_[0];
    for my $name (keys %value) {
        next if $name eq 'BODY';
        return 0 if $value{$name} !~ /^[^\s\x00](?:[^\x00\r\n]*[^\s\x00])?$/ || length $value{$name} > 7000;
        return 0 if $name =~ /^(?:REQUEST_METHOD|SCRIPT_NAME)$/ && $value{$name} !~ m{^[A-Za-z0-9/-]+$};
        return 0 if $name eq 'QUERY_STRING' && $value{$name} =~ /[^!-~]|#/;
        return 0 if $name !~ /^(?:REQUEST_METHOD|SCRIPT_NAME|QUERY_STRING|HTTP_.*|CONTENT_TYPE)$/;
        return 0 if $name eq 'HTTP_HOST' && $value{$name} ne 'localhost';
    }
    return $value{REQUEST_METHOD} =~ /^(?:GET|POST|PATCH|DELETE)$/;
}
if ($token eq 'carried') {
    while (<STDIN>) { print if is_carried((split /\t/)[5]) }
    exit;
}

for (sort keys %payload) {
    ($what, $text) = ($_, $payload{$_});
    if ($token eq 'texts') {
        print join("\t", $what, (map { unpack 'H*', $_ } $text, $text =~ s/[\x00-\x1f\x7f]//gr), as_json($text)), "\n" if is_utf8($text);
        next;
    }
    everywhere();
    of_a_poll();
    of_a_callback();
    of_a_token();
    of_a_list();
    of_a_change();
}
