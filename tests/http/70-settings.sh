#!/bin/bash
# The settings: each that is wrong is named and ends the start with 78, all of them at once; those that are right are
# used; secrets come from files too.
REDIS_MODE= # a cluster has no REDIS_DB
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

# Runs NAME with these settings alone, on a listening socket, until it ends or 10 s have passed; sets $exit and $said.
run_with() { # NAME VARIABLE=VALUE…
  local name=$1
  shift
  exit=0
  rm -f "$test_dir/tried.sock"
  said=$(env -i LC_ALL=C.UTF-8 "$@" timeout "$PATIENCE" "$(command -v spawn-fcgi)" -n -s "$test_dir/tried.sock" \
    -- "$BUILD_DIR/$name" 2>&1) || exit=$?
}
KEY=SECRET_KEY=0123456789abcdef0123456789abcdef
WX=(WX_APPID=wx1 WX_SECRET=s3cr3t)
# Each VARIABLE=VALUE by itself, with all the others right: one line, which begins with the program and names it.
wrong() { # NAME VARIABLE=VALUE…
  local name=$1 pair
  for pair in "${@:2}"; do
    run_with "$name" "$KEY" "${WX[@]}" "TEMPLATE_DIR=$TEMPLATES" "$pair"
    assert_eq "the status after $pair ($said)" 78 "$exit"
    assert_eq "who is named for $pair" "$name: ${pair%%=*}" "$(cut -d ' ' -f 1,2 <<< "$said")"
  done
}

it "each wrong setting is told by name, in one line, with status 78"
wrong current SECRET_KEY= SECRET_KEY=0123456789abcdef0123456789abcde SECRET_KEY_FALLBACKS=short \
  "SECRET_KEY_FALLBACKS=${KEY#*=},short" $'SECRET_KEY=0123456789abcdef\n0123456789abcdef0123456789' \
  {TOKEN_TTL_DAYS,AUDIT_DAYS}={0,-1,abc,1.5,' 7',7d,365001,99999999999} WORKER_THREADS={0,-1,1025,x} LOG_LEVEL={verbose,INFO} \
  CURRENT_CACHE_ENTRIES={-1,10000001,x} MYSQL_PORT={0,65536,x,-1} REDIS_PORT={0,65536,x} REDIS_DB={-1,x,1.0} $'MYSQL_HOST=a\nb' $'REDIS_PASSWORD=a\x01'
wrong login-wx WX_APPID= WX_SECRET= WX_API_BASE={api.weixin.qq.com,ftp://x,https://,'https://a b','http://x/?a'} \
  WX_CA_FILE={/nowhere,/dev/null,"$test_dir"} WX_JS_URL={wxLogin.js,javascript:x,"https://a/'.js"} WX_TIMEOUT_MS={0,99,60001,abc,-5,1e3} SECRET_KEY=short \
  {SITE_ORIGIN,CORS_ORIGINS}={example.com,https://a/b,https://a?b,ftp://a,'*',null,'https://*.a','https://a https://A:443/'} REQUIRE_BOUND_LOGIN={2,yes,-1} \
  LOGIN_URL={login/,//evil.example/,'/\evil.example','/a b/','/a?b','/a#b',/登录/,/%2e,'/a;b'} $'LOGIN_URL=/a\r\nX: y'
run_with login-wx "$KEY" "${WX[@]}" WX_API_BASE=http://127.0.0.1 WX_CA_FILE=/etc/ssl/certs/ca-certificates.crt
assert_eq "a setting without effect" "78 login-wx: WX_CA_FILE" "$exit $(cut -d ' ' -f 1,2 <<< "$said")"
wrong login-wx-callback "FRAME_ANCESTORS='self'; script-src *" 'FRAME_ANCESTORS=a, b' 'FRAME_ANCESTORS= ' \
  $'FRAME_ANCESTORS=a\r\nSet-Cookie: b' TEMPLATE_DIR=/nowhere "TEMPLATE_DIR=$test_dir"

it "pages that would not show as they are written are refused, a line for each fault, with its file"
pages=$test_dir/pages
mkdir "$pages"
cp "$TEMPLATES"/wx-login-*.html "$pages/"
printf '<p style="color: red">\n<script src=a.js></script><img src=https://elsewhere.example/a>' > "$pages/wx-login-success.html"
printf '<style>@import "a.css"</style>\r\n<p onload=x>' >> "$pages/wx-login-refused.html"
run_with login-wx-callback "$KEY" "TEMPLATE_DIR=$pages"
assert_eq "the status ($said)" 78 "$exit"
last=$(wc -l < "$TEMPLATES/wx-login-refused.html")
while IFS= read -r expected; do echo "login-wx-callback: TEMPLATE_DIR has $pages/wx-login-$expected"; done > "$test_dir/expected" << END
success.html with a style attribute in line 1
success.html with <script> in line 2
success.html with <img> with a picture of another site in line 2
refused.html with @import in the <style> in line $((last + 1))
refused.html with the attribute onload in line $((last + 2))
END
assert_eq "what it says" "$(< "$test_dir/expected")" "$said"
iconv -t gbk <<< '<p>扫好了' > "$pages/wx-login-success.html"
iconv -t utf-16 <<< '<p>扫好了' > "$pages/wx-login-refused.html"
run_with login-wx-callback "$KEY" "TEMPLATE_DIR=$pages"
assert_eq "the status ($said)" 78 "$exit"
assert_contains "what it says of GBK" "wx-login-success.html with bytes that are not UTF-8 in line 1" "$said"
assert_contains "what it says of UTF-16" "wx-login-refused.html with UTF-16 instead of UTF-8" "$said"

it "what must be set is asked for, WX_ by login-wx alone"
for name in current logout login-wx-callback admin-{users,oauths,audit}; do
  run_with "$name" "TEMPLATE_DIR=$TEMPLATES"
  assert_eq "status of $name ($said)" 78 "$exit"
  assert_contains "what $name says" "$name: SECRET_KEY " "$said"
  assert_not_contains "what $name says" WX_ "$said"
done
run_with login-wx
assert_eq "the variables" "login-wx: SECRET_KEY login-wx: WX_APPID login-wx: WX_SECRET" \
  "$(cut -d ' ' -f 1,2 <<< "$said" | sort | paste -sd ' ')"

it "all faults are told at once, a line each, and no secret"
run_with login-wx SECRET_KEY=too-short-a-key SECRET_KEY_FALLBACKS=short-old TOKEN_TTL_DAYS=0 AUDIT_DAYS=0 $'WX_SECRET=a\nhidden' \
  WX_API_BASE=x WX_CA_FILE=x WX_JS_URL=x WX_TIMEOUT_MS=x SITE_ORIGIN=x CORS_ORIGINS=x REQUIRE_BOUND_LOGIN=x MYSQL_PORT=x $'MYSQL_PASSWORD=b\nhidden' REDIS_PORT=x REDIS_DB=x WORKER_THREADS=x \
  CURRENT_CACHE_ENTRIES=x LOG_LEVEL=x 'FRAME_ANCESTORS=;'
assert_eq status 78 "$exit"
assert_eq "who is named" "AUDIT_DAYS CORS_ORIGINS CURRENT_CACHE_ENTRIES FRAME_ANCESTORS LOG_LEVEL MYSQL_PASSWORD MYSQL_PORT REDIS_DB REDIS_PORT $(
  )REQUIRE_BOUND_LOGIN SECRET_KEY SECRET_KEY_FALLBACKS SITE_ORIGIN TOKEN_TTL_DAYS WORKER_THREADS WX_API_BASE WX_APPID WX_CA_FILE WX_JS_URL $(
  )WX_SECRET WX_TIMEOUT_MS" \
  "$(cut -d ' ' -f 2 <<< "$said" | sort -u | paste -sd ' ')"
for secret in too-short-a-key short-old hidden; do assert_not_contains "what it says" $secret "$said"; done

it "a secret's file that is not there, empty, of several lines, or beside the variable is told"
: > "$test_dir/empty"
printf 'one line of more than thirty-two bytes\nanother\n' > "$test_dir/lines"
for name in SECRET_KEY SECRET_KEY_FALLBACKS WX_SECRET MYSQL_PASSWORD REDIS_PASSWORD; do
  for file in nowhere empty lines .; do
    settings=(SECRET_KEY="${KEY#*=}" "${WX[@]}" "${name}_FILE=$test_dir/$file")
    mapfile -t settings < <(printf '%s\n' "${settings[@]}" | grep -v "^$name=")
    run_with login-wx "${settings[@]}"
    assert_eq "status with ${name}_FILE=$file ($said)" 78 "$exit"
    assert_contains "what it says" "login-wx: ${name}_FILE " "$said"
    assert_not_contains "what it says" 'thirty-two bytes' "$said"
  done
  run_with login-wx "$KEY" "${WX[@]}" "$name=${KEY#*=}" "${name}_FILE=$test_dir/lines"
  assert_eq "status with both ($said)" 78 "$exit"
  assert_contains "what it says of both" "login-wx: $name " "$said"
done

it "started without a listening socket it says so and ends with 78"
for input in /dev/null "$test_dir/lines"; do
  exit=0
  said=$(env -i "$KEY" timeout "$PATIENCE" "$BUILD_DIR/current" 2>&1 < "$input") || exit=$?
  assert_eq "status ($said)" 78 "$exit"
  assert_contains "what it says" 'standard input is not a listening socket' "$said"
done

it "the stack names the variable too, and says nothing of a start that did not happen"
start_stack
program_stop current
setting TOKEN_TTL_DAYS=never
assert_contains "what it says" TOKEN_TTL_DAYS "$(refused current)"
setting TOKEN_TTL_DAYS=
endpoint_start current || fail "an empty setting is not the default"

it "secrets come from files, less one line end"
printf '%s\n' "$TEST_SECRET_KEY" > "$test_dir/key"
printf '%s' "a-key-of-before-that-has-enough-bytes" > "$test_dir/old"
printf '%s\r\n' "$MYSQL_SECRET" > "$test_dir/mysql-password"
printf '%s\n' "$REDIS_SECRET" > "$test_dir/redis-password"
echo "${TEST_SETTINGS[WX_SECRET]}" > "$test_dir/wx"
setting SECRET_KEY= SECRET_KEY_FILE="$test_dir/key" SECRET_KEY_FALLBACKS_FILE="$test_dir/old" WX_SECRET= \
  WX_SECRET_FILE="$test_dir/wx" MYSQL_PASSWORD= MYSQL_PASSWORD_FILE="$test_dir/mysql-password" \
  REDIS_PASSWORD= REDIS_PASSWORD_FILE="$test_dir/redis-password" REDIS_DB=5
for name in login-wx login-wx-callback current logout; do endpoint_replace $name || fail "$name not replaced"; done
log_in "$(code)"
current "$token"
assert_status 200
old=$(jwt '{"alg":"HS256"}' "$(part 2 "$token")" "a-key-of-before-that-has-enough-bytes")
current "$old"
assert_denied 无效的token
logout "$token"
assert_status 200
log_in "$(code person=again)"

it "REDIS_DB is the database that is used"
scan u c
assert_eq "the code" c "$(redis_q -n 5 GET WeixinCodeMap:u)"
assert_eq "keys in 0" '' "$(redis_q -n 0 KEYS '*')"

it "without REDIS_USER it is the default user's password"
redis_q ACL SETUSER default on '>redis-secret' '~*' '&*' +@all > /dev/null
setting REDIS_USER= REDIS_PASSWORD_FILE= REDIS_PASSWORD=redis-secret
endpoint_replace login-wx-callback || fail "not replaced"
scan v c
redis_q ACL SETUSER default off > /dev/null
setting REDIS_USER=scanlogin

it "a wrong password is the backend's trouble: 503"
setting REDIS_PASSWORD_FILE= REDIS_PASSWORD=wrong
endpoint_replace login-wx-callback || fail "not replaced"
api GET "$CALLBACK?code=c&state=u"
assert_unavailable
setting REDIS_PASSWORD="$REDIS_SECRET" MYSQL_PASSWORD_FILE= MYSQL_PASSWORD=wrong
endpoint_replace login-wx-callback || fail "not replaced"
endpoint_replace login-wx || fail "not replaced"
scan u "$(code)"
poll u
assert_unavailable
assert_not_contains "the log" wrong "$(tail -n 1 "$(log_of login-wx)")"

it "servers are reached by host and port as well"
redis_port=$(free_port) mysql_port=$(free_port)
redis_q CONFIG SET port "$redis_port" > /dev/null
program_stop mysql
MYSQL_OPTIONS+=(--skip-networking=0 --bind-address=127.0.0.1 "--port=$mysql_port")
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
setting MYSQL_SOCKET= MYSQL_HOST=127.0.0.1 MYSQL_PORT="$mysql_port" MYSQL_PASSWORD=$MYSQL_SECRET REDIS_SOCKET= \
  REDIS_HOST=127.0.0.1 REDIS_PORT="$redis_port"
for name in login-wx login-wx-callback current; do endpoint_replace $name || fail "$name not replaced"; done
log_in "$(code)"
current "$token"
assert_status 200
