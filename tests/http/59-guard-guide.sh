#!/bin/bash
# docs/guard.md: nginx takes every configuration in it as it stands there; the PHP site, the Node program, the static files,
# the single-page application and what is kept from Grafana are run.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/guard.bash"

for command in node php-fpm8.2; do
  command -v $command > /dev/null || { echo "skipped: $command is not installed"; exit 77; }
done
PAGE=$STACK_ROOT/docs/guard.md

# The indented blocks, each in a file: SECTION-N.KIND, where KIND is http or server, of nginx; or the first word.
mkdir "$test_dir/blocks" "$test_dir/site"
perl -e 'my ($in, $out) = @ARGV; open my $page, "<", $in or die; my ($section, $block, %count) = ("top", "");
  my $end = sub {
    return if $block eq ""; my ($word) = $block =~ /^(\S+)/;
    my $kind = $word eq "map" ? "http" : $word eq "location" || $block =~ /^include scanlogin-guard.conf;\n$/ ? "server"
      : $word eq "<?php" ? "php" : $block =~ /createServer/ ? "mjs" : "other";
    my $name = sprintf "%s-%d.%s", $section, ++$count{"$section $kind"}, $kind; open my $file, ">", "$out/$name" or die; print $file $block; $block = "";
  };
  while (<$page>) {
    if (/^    (.*\n)/) { $block .= $1 } elsif (/^\n/ && $block ne "") { $block .= "\n" }
    else { $end->(); $section = lc $1 =~ tr/a-zA-Z/-/csr if /^#+ (.*)$/ }
  }
  $end->()' "$PAGE" "$test_dir/blocks"
blocks=$test_dir/blocks

cp /etc/nginx/fastcgi_params "$STACK_DIR/nginx/"
start_stack

it "nginx takes each block by itself"
count=0
for block in "$blocks"/*.server; do
  SITE_CONF=$block
  nginx_configure "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}" > "$test_dir/said" 2>&1 || {
    # That of Grafana needs the map that stands before it.
    grep -q 'unknown "cookie_without_token" variable' "$test_dir/said" || fail "$block: $(< "$test_dir/said")"
    [[ $block == */grafana-1.server ]] || fail "$block: $(< "$test_dir/said")"
  }
  count=$((count + 1))
done
((count >= 10)) || fail "only $count blocks were found in $PAGE"

it "together they make a site"
port=$(free_port)
for name in a-php-site-1 a-node-or-go-program-1 static-files-1 a-single-page-application-1 grafana-1 without-a-token-from-your-own-addresses-1; do
  cat "$blocks/$name.server"
done > "$test_dir/page.conf"
{
  # shellcheck disable=SC2016 # the variables are nginx's
  # What a server block often has, and what would serve the page for members to everybody.
  printf 'root %s/site;\nlocation ~ \\.php$ {\n include fastcgi_params;\n fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n' "$test_dir"
  printf ' fastcgi_pass unix:%s/php.sock;\n}\n' "$test_dir"
  sed -e "s#/var/www/site#$test_dir/site#; s#/run/php/php8.2-fpm.sock#$test_dir/php.sock#; s#127.0.0.1:3000#127.0.0.1:$port#" "$test_dir/page.conf"
} > "$test_dir/site.conf"
SITE_CONF=$test_dir/site.conf
mkdir -p "$test_dir"/site/{club,downloads,console,reports}
cp "$blocks"/a-php-site-1.php "$test_dir/site/club/index.php"
cp "$blocks"/a-php-site-1.php "$test_dir/site/club/other.php"
echo '<?php echo "open to all";' > "$test_dir/site/open.php"
echo "a file" > "$test_dir/site/downloads/file.txt"
echo "<!DOCTYPE html><title>console</title>" > "$test_dir/site/console/index.html"
echo "let x" > "$test_dir/site/console/app.js"
echo "a report" > "$test_dir/site/reports/file.txt"
sed "s/3000/$port/" "$blocks/a-node-or-go-program-1.mjs" > "$test_dir/program.mjs"
cat > "$test_dir/fpm.conf" << END
[global]
error_log = $test_dir/log/fpm-errors.log
daemonize = no
[site]
listen = $test_dir/php.sock
pm = static
pm.max_children = 2
END
spawn php php-fpm8.2 -F -R -n -y "$test_dir/fpm.conf"
# shellcheck disable=SC2016 # for the other shell
# shellcheck disable=SC2016 # the variables are that shell's
spawn program bash -c 'trap "kill \$child; exit 0" TERM; node "$1" & child=$!; wait' - "$test_dir/program.mjs"
eventually test -S "$test_dir/php.sock" || fail "no PHP: $(< "$(log_of php)")"
node_answers() { curl -s -o "$test_dir/ignored" "http://127.0.0.1:$port/"; }
eventually node_answers || fail "no Node: $(< "$(log_of program)")"
nginx_configure "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}" || fail "the site as a whole"
http_conf < "$blocks/grafana-1.http"

it "the PHP site greets a user and lets nobody else in, by whatever path"
log_in "$(code "person=li.nickname=$(b64 '<李 "四">')")"
page GET /club/ "$token"
assert_served "Hello, &lt;李 &quot;四&quot;&gt;, user $user"
page GET /club/other.php "$token" -H 'X-User-Id: 999'
assert_served ", user $user"
for path in /club/ /club/index.php /club/other.php /club/other.php/x /club//other.php /club/nothing.php; do
  page GET $path
  assert_denied missing "$path"
  visit $path
  assert_status 302
done
page GET /open.php
assert_served "open to all"
head -c 200000 /dev/zero > "$test_dir/body-to-send"
page POST /club/other.php "$token" --data-binary "@$test_dir/body-to-send"
assert_served ", user $user"

it "the Node program greets a user, and is asked for nobody else"
page GET /app/x "$token" -H 'X_User_Id: 999' -H 'x-user-id: 999'
assert_served "Hello, <李 \"四\">, user $user"
page GET /app/x
assert_denied missing
page GET /app/socket "$token" -H 'Upgrade: websocket' -H 'Connection: Upgrade'
assert_served "user $user"
page GET /app/socket '' -H 'Upgrade: websocket' -H 'Connection: Upgrade'
assert_denied missing

it "static files are a user's, and kept by the browser alone"
page GET /downloads/file.txt "$token"
assert_served "a file"
assert_header Cache-Control 'private, no-cache'
page GET /downloads/file.txt
assert_denied missing

it "the application's page leads to the login page, what it fetches is told so"
for path in /console/ /console/some/route; do
  page GET $path "$token"
  assert_served '<title>console</title>'
  visit $path
  assert_status 302
done
page GET /console/app.js "$token"
assert_served "let x"
page GET /console/api/items/ "$token"
assert_served "user $user"
page GET /console/api/items/ '' -H 'Sec-Fetch-Mode: cors' -H 'Accept: text/html'
assert_denied missing

it "an address that is not of the range needs a token"
page GET /reports/file.txt
assert_denied missing
page GET /reports/file.txt "$token"
assert_served "a report"

it "the token is kept from a foreign program, and nothing else of the cookies is"
# A program that tells what it got, in the place of Grafana.
sed -i "s#createServer((request, reply) => {#&\n  if (request.url.startsWith('/grafana')) { reply.end(JSON.stringify(request.headers)); return; }#" "$test_dir/program.mjs"
program=$(< "$STACK_DIR/program.pid")
end_process "$program" program
# shellcheck disable=SC2016 # the variables are that shell's
spawn program bash -c 'trap "kill \$child; exit 0" TERM; node "$1" & child=$!; wait' - "$test_dir/program.mjs"
eventually node_answers || fail "no Node: $(< "$(log_of program)")"
setting TOKEN_COOKIE=scanlogin_token
endpoint_replace auth || fail "not replaced"
for cookies in "scanlogin_token=$token" "a=b; scanlogin_token=$token" "scanlogin_token=$token; a=b" "a=b; scanlogin_token=$token; c=d"; do
  page GET /grafana/ '' -H "Cookie: $cookies"
  assert_status 200
  assert_not_contains "what it got" "$token" "$body"
  for kept in a=b c=d; do [[ $cookies != *$kept* ]] || assert_contains "what it got" "$kept" "$body"; done
  assert_json '."x-auth-request-preferred-username" | startswith("user_")' true
done
page GET /grafana/ "$token" -H "Authorization: Bearer $token"
assert_status 200
assert_not_contains "what it got" "$token" "$body"
