#!/bin/bash
# No secret gets out: everything that can happen to a site happens once, at the most talkative log level, and then no key,
# password, token, code, cookie, access token or identity is in a log, in another reply than its own, or in the arguments
# of a process; not encoded either, nor a part of one.
#
# What is not looked at: the sandbox's own log, which is WeChat's side. What may be: openids and unionids in replies to
# admins and in MariaDB, which keeps them.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/bound.bash"

secrets=$test_dir/secrets replies=$test_dir/replies cmdlines=$test_dir/cmdlines
mkdir "$replies"
know() { printf '%s\t%s\n' "$1" "$2" >> "$secrets"; } # CLASS SECRET
know_token() {                                        # its header is no secret
  know token "$(cut -d . -f 2 <<< "$1")"
  know token "$(cut -d . -f 3 <<< "$1")"
}
new_secret() { openssl rand -base64 "${1:-36}"; } # [BYTES]; has characters that URLs encode
new_code() { # DIRECTIVES: sets $code, which is known from then on; a person's name must not be part of it
  local random
  random=$(openssl rand -hex 12)
  know code "$random"
  code=test.$random.$1
  [[ $1 == *person=* ]] || code+=.person=a
}
curl() { # as it is, but each reply is kept, by the kind of request
  local ended=0 kind=other
  command curl "$@" || ended=$?
  case ${*: -1} in
    */login/wx/callback/*) kind=callback ;;
    */login/wx/\?uuid=* | */login/mp/\?uuid=* | */login/mini/) kind=poll ;;
    */login/mp/*) kind=redirect ;;
    */login/wx/) kind=begin ;;
    */admin/*) kind="admin" ;;
  esac
  cat "$headers_file" "$body_file" > "$replies/$kind.$SRANDOM"
  return $ended
}

TEST_SECRET_KEY=$(new_secret) MYSQL_SECRET=$(new_secret 18) REDIS_SECRET=$(new_secret 18)
OLD_KEY=$(new_secret) WX_SECRET=$(openssl rand -hex 16)
know key "$TEST_SECRET_KEY"
know key "$OLD_KEY"
know WX_SECRET "$WX_SECRET"
MP_SECRET=$(openssl rand -hex 16) MINI_SECRET=$(openssl rand -hex 16)
know MP_SECRET "$MP_SECRET"
know MINI_SECRET "$MINI_SECRET"
know password "$MYSQL_SECRET"
know password "$REDIS_SECRET"
setting "SECRET_KEY=$TEST_SECRET_KEY" "SECRET_KEY_FALLBACKS=$OLD_KEY" "WX_SECRET=$WX_SECRET" \
  WX_TIMEOUT_MS=2000 PROVIDERS='wx mp mini' "MP_SECRET=$MP_SECRET" "MINI_SECRET=$MINI_SECRET"
MYSQL_OPTIONS+=(--general-log "--general-log-file=$STACK_DIR/log/mysql-general.log")
start_stack
mapfile -t ENDPOINTS < <(every_endpoint)
restart_redis() {
  program_stop redis
  redis_start || fail "no Redis"
}
replace_all() { for name in "${ENDPOINTS[@]}"; do endpoint_replace "$name" || fail "$name not replaced"; done; }

look() { # at the arguments of every process of this stack, which all but scanlogin-admin name its directory
  perl - "$STACK_DIR" >> "$cmdlines" << 'PERL'
for my $file (glob '/proc/[0-9]*/cmdline') {
  open my $in, '<', $file or next;
  my $line = do { local $/; <$in> } // next;
  $line =~ tr/\0\n/  /;
  print "$line\n" if index($line, $ARGV[0]) >= 0 || $line =~ m{/scanlogin-admin|nginx: worker};
}
PERL
}
every_call() { # [TOKEN]: whatever comes of it
  new_code person=a
  api GET "$CALLBACK?code=$code&state=$(new_uuid)"
  callback everybody "$uuid" "$code"
  ask everybody "$uuid"
  api POST /api/user/login/wx/ -b "$test_dir/everybody.jar"
  current "${1:-$token}"
  api GET /api/user/identities/ -H "IDTOKEN: ${1:-$token}"
  api DELETE /api/user/identities/999999/ -H "IDTOKEN: ${1:-$token}"
  api DELETE /api/user/current/ -H "IDTOKEN: ${1:-$token}" --data-binary '{"confirm":"x"}'
  admin_as "${1:-$token}" GET users/
  admin_as "${1:-$token}" DELETE oauths/999999/
  admin_as "${1:-$token}" GET audit/
  logout "${1:-$token}"
  look
}
knows_cookie() { know cookie "$(sed -En 's/.*\tscanlogin\t([0-9a-f]{32}).*/\1/p' "$test_dir/$1.jar")"; } # BROWSER
knows_uuid() { know uuid "$uuid"; }
knows_grant() { # of the uuid: what the code was exchanged for
  local grant
  grant=$(redis_q GET "WeixinGrant:$(tag "$uuid")" | sed 1d)
  know "access token" "$(jq -r .access_token <<< "$grant")"
  know identity "$(jq -r .openid <<< "$grant")"
  know identity "$(jq -r .unionid <<< "$grant")"
}

it "logins: bound and old, led back, in another browser, with an outage in between, asked again, logged out"
for person in a b c; do
  new_code "person=$person.userinfo-status=500.userinfo-times=1"
  begin $person
  knows_cookie $person
  knows_uuid
  callback nobody "$uuid" "$code"
  callback everybody "$uuid" "$code"
  callback $person "$uuid" "$code"
  ask $person "$uuid"
  assert_weixin_unavailable
  knows_grant
  ask $person "$uuid"
  assert_logged_in
  know_token "$token"
  ask $person "$uuid"
  current "$token"
  logout "${token}x"
  logout "$token"
  current "$token"
  uuid=$(openssl rand -hex 12)
  knows_uuid
  new_code "person=$person.userinfo-status=500.userinfo-times=1"
  scan "$uuid" "$code"
  poll "$uuid"
  knows_grant
  poll "$uuid"
  assert_logged_in
  know_token "$token"
done
look

it "WeChat's own browser and a mini-program, which are let in, refused, and ask again"
for directives in person=a person=a.silent person=stranger.silent errcode=40125 status=500.times=1 snapshot missing=openid; do
  new_code "$directives"
  api GET '/api/user/login/mp/start/?next=/members/'
  uuid=$(header Location | sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p')
  mine=$(header Set-Cookie | sed 's/;.*//')
  know cookie "${mine#scanlogin=}"
  api GET "/api/user/login/mp/callback/?code=$code&state=$uuid"
  api GET "/api/user/login/mp/callback/?code=$code&state=$uuid" -b "$mine"
  for _ in 1 2; do api GET "/api/user/login/mp/finish/?state=$uuid" -b "$mine"; done
  api GET "/api/user/login/mp/?uuid=$uuid" -b "$mine"
  case $directives in person=a*) assert_logged_in && know_token "$token" ;; esac
  new_code "$directives"
  for _ in 1 2; do api POST /api/user/login/mini/ --data-binary "{\"code\":\"$code\",\"nickname\":\"x\"}"; done
  case $directives in person=a) assert_logged_in && know_token "$token" ;; esac
  api POST /api/user/login/mini/ --data-binary "{\"code\":\"$code\","
done

it "refusals, and WeChat at its worst, for both kinds of login"
for directives in errcode=40029 errcode=40125 errcode=40001 errcode=40013 string-errcode snapshot status=500 html empty broken huge redirect \
  missing=openid missing=access_token hang slow=9000 openid-mismatch userinfo-status=500 userinfo-broken userinfo-hang \
  userinfo-errcode=42001 unionid=b nounionid; do
  new_code "$directives"
  uuid=$(openssl rand -hex 12)
  knows_uuid
  scan "$uuid" "$code"
  poll "$uuid"
  poll "$uuid"
  begin everybody
  callback everybody "$uuid" "$code"
  ask everybody "$uuid"
done
knows_cookie everybody
callback everybody "$uuid" ''
ask everybody "$uuid"

it "an admin at work, on the command line too, whose processes are looked at as they run"
new_code person=admin
bound_login admin "$code"
know_token "$token"
ADMIN=$token ADMIN_ID=$user
run() { # ARG…: scanlogin-admin with the endpoints' settings; what it says is kept
  # shellcheck disable=SC2016 # for the inner shell
  env -i PATH="$PATH" bash -c 'set -a; . "$1"; shift; exec "$@"' - "$STACK_DIR/env" "$BUILD_DIR/scanlogin-admin" "$@" \
    > "$replies/admin.$SRANDOM" 2>&1 < /dev/null || true
}
run staff "$ADMIN_ID"
new_code person=victim
bound_login victim "$code"
know_token "$token"
victim=$user
# While MySQL is silent it waits for some seconds; a slow machine may take longer to look at it, and then tries again.
seen_running() {
  run --json show "$victim" &
  running=$!
  until process_gone "$running" || grep -qF "$BUILD_DIR/scanlogin-admin --json show" "$cmdlines"; do look; done
  wait "$running"
  grep -qF "$BUILD_DIR/scanlogin-admin --json show" "$cmdlines"
}
kill -STOP "$(pid_of mysql)"
eventually seen_running || fail "scanlogin-admin does not run"
kill -CONT "$(pid_of mysql)"
run --json show "$victim"
for args in "--json show $victim" "ban $victim" "unban $victim" "logout $victim" "--json list" "list 用户" "show 0" "nonsense"; do
  # shellcheck disable=SC2086 # words
  run $args
done
for path in users/ "users/$victim/" oauths/ audit/ 'users/?format=csv' 'oauths/?format=csv' 'audit/?format=csv'; do admin GET "$path"; done
patch "$victim" '{"nickname":"x","is_active":false}'
assert_status 200
current "$token"
new_code person=victim
uuid=$(new_uuid)
scan "$uuid" "$code"
poll "$uuid"
patch "$victim" '{"is_active":true}'
admin POST "users/$victim/logout/"
admin DELETE "users/$victim/" -H "If-Match: x" --data-binary '{"confirm":"x"}'

it "MySQL, Redis and the endpoints away, and all of them back"
begin everybody
program_stop mysql
every_call "$ADMIN"
run list
program_stop redis
every_call "$ADMIN"
run ban 1
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
every_call "$ADMIN"
restart_redis
for name in "${ENDPOINTS[@]}"; do program_stop "$name"; done
every_call "$ADMIN"
for name in "${ENDPOINTS[@]}"; do endpoint_start "$name" || fail "$name not started"; done
endpoint_kill login-wx
endpoint_start login-wx || fail "not started"
new_code person=a
bound_login a "$code"
know_token "$token"
look

it "passwords that are wrong or missing, a WeChat that is not there, one that speaks no TLS"
wrong=$(new_secret 18)
know password "$wrong"
begin everybody
for pair in "REDIS_PASSWORD=$wrong" REDIS_USER= "MYSQL_PASSWORD=$wrong" MYSQL_PASSWORD= WX_API_BASE=http://127.0.0.1:1 \
  "WX_API_BASE=https${SANDBOX#http}" "WX_SECRET=$wrong" WX_APPID=wx-of-nobody; do
  before=${TEST_SETTINGS[${pair%%=*}]}
  setting "$pair"
  replace_all
  every_call "$token"
  run list
  setting "${pair%%=*}=$before"
done

it "settings with which nothing starts"
for pair in "SECRET_KEY=${wrong:0:20}" "SECRET_KEY_FALLBACKS=$OLD_KEY,${wrong:0:20}" "MYSQL_PORT=$wrong" "WX_TIMEOUT_MS=$wrong" \
  "WX_API_BASE=$wrong" "REDIS_PASSWORD_FILE=$STACK_DIR/none" "LOG_LEVEL=$wrong"; do
  setting "$pair"
  program_stop login-wx
  refused login-wx > "$replies/other.$SRANDOM"
  unset "TEST_SETTINGS[${pair%%=*}]"
  setting "SECRET_KEY=$TEST_SECRET_KEY" "WX_API_BASE=$SANDBOX" "SECRET_KEY_FALLBACKS=$OLD_KEY"
done
replace_all

it "requests that nginx refuses before it knows whose they are"
new_code person=a
begin everybody
knows_uuid
long=$(printf '%09000d' 0)
callback everybody "$uuid" "$code&x=$long$long$long$long"
assert_status 414
api GET "$CALLBACK?code=$code&state=$uuid" -H "Cookie: a=$long"
assert_status 400
api GET "/api/user/login/wx/?uuid=$uuid" -H "Host: a b"
assert_status 400

it "none of it is in a log"
logs=()
for file in "$STACK_DIR"/log/*; do
  [[ $file == *weixin-sandbox.log || $file == *mysql-general.log ]] || logs+=("$file")
done
found() { perl "$LIB/secrets.pl" "$@" > "$test_dir/found" || fail "not searched"; sed '$d' "$test_dir/found" | cut -c 1-400 | head -n 12; }
assert_eq "in the logs" '' "$(found "$secrets" "${logs[@]}")"
grep -vP '^identity\t' "$secrets" > "$test_dir/not-identities"
# All but what tools/stack.sh says to it.
grep -av 'CREATE OR REPLACE USER' "$STACK_DIR/log/mysql-general.log" > "$test_dir/statements"
assert_contains "what MariaDB logs" 'INSERT INTO user_oauth' "$(< "$test_dir/statements")"
assert_eq "in MariaDB's log" '' "$(found "$test_dir/not-identities" "$test_dir/statements")"

it "nor in a reply but its own: a token in the poll's, a cookie and a uuid where they begin, a code where it is led back"
for file in "$replies"/*; do
  case ${file##*/} in
    poll.*) sed -Ei 's/^(\{"code":200,"data":\{"token":")[A-Za-z0-9_.-]*"\}\}$/\1/' "$file" ;;
    begin.*) sed -Ei 's/^(Set-Cookie: scanlogin=)[0-9a-f.]*; /\1/; s/("uuid":")[0-9a-f]{32}"/\1/' "$file" ;;
    redirect.*) sed -Ei 's/^(Set-Cookie: scanlogin=)[0-9a-f.]*; /\1/' "$file" ;;
    callback.*) sed -Ei 's/^(Refresh: 0; url=\?state=).*/\1/' "$file" ;;
  esac
done
cat "$replies"/admin.* > "$test_dir/admin-replies"
rm "$replies"/admin.*
assert_eq "in the replies" '' "$(found "$secrets" "$replies"/*)"
assert_eq "in the replies to admins" '' "$(found "$test_dir/not-identities" "$test_dir/admin-replies")"

it "nor in the arguments of a process"
for name in "${ENDPOINTS[@]/#/$STACK_DIR/bin/}" "$BUILD_DIR/scanlogin-admin --json show" 'nginx: worker' redis-server mariadbd; do
  assert_contains "what was looked at" "$name" "$(< "$cmdlines")"
done
assert_eq "in arguments" '' "$(found "$secrets" "$cmdlines")"
echo "figure: $(found "$secrets" > "$test_dir/ignored"; tail -n 1 "$test_dir/found"), not found in $(cat "$STACK_DIR"/log/* | wc -l) log lines and $(
  find "$replies" -type f | wc -l) replies"
