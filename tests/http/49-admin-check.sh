#!/bin/bash
# scanlogin-admin check: a stack on which all is well, and each fault made for real: its line, what to do about it, and the
# exit status. No secret is ever printed, and nothing is changed.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

faketime=$(find /usr/lib -name libfaketimeMT.so.1 | head -n 1)
[[ -n $faketime ]] || fail "not installed: libfaketime (tools/packages test installs it)"
# As in tests/e2e/65-clock.sh.
sanitizer=$(ldd "$BUILD_DIR/scanlogin-admin" | sed -n 's/.* => \(.*lib[at]san.*\) (.*/\1/p')
padding=()
[[ -z $sanitizer ]] || mapfile -t padding < <(printf 'PADDING_%d=\n' {1..64})

setting PROVIDERS='wx mp mini' WX_TIMEOUT_MS=2000 SITE_ORIGIN=https://example.com
start_stack
NGINX=$STACK_DIR/nginx-dump
nginx_command -T > "$NGINX" 2> /dev/null || fail "no nginx -T"
# A share/scanlogin as installed, with the files of nginx that are in use.
share=$test_dir/share
mkdir -p "$share/nginx"
cp -r "$STACK_ROOT/templates" "$share/"
cp "$STACK_DIR"/nginx/scanlogin-*.conf "$share/nginx/"
setting TEMPLATE_DIR="$test_dir/own/templates:$share/templates"

UNDER=()
look() { # STATUS ARG…: sets $said
  local exit=0
  # shellcheck disable=SC2016 # for the inner shell
  said=$(env -i "${padding[@]}" PATH="$PATH" bash -c 'set -a; . "$1"; shift; exec "$@"' - "$STACK_DIR/env" \
    env "${UNDER[@]}" "$BUILD_DIR/scanlogin-admin" check --nginx "$NGINX" "${@:2}" 2> "$test_dir/complained") || exit=$?
  assert_eq "status ($said $(< "$test_dir/complained"))" "$1" "$exit"
  local secret
  for secret in "$MYSQL_SECRET" "$REDIS_SECRET" "$TEST_SECRET_KEY" "${TEST_SETTINGS[WX_SECRET]}" "${TEST_SETTINGS[MP_SECRET]}" \
    "${TEST_SETTINGS[MINI_SECRET]}" wrong-secret; do
    assert_not_contains "what is printed" "$secret" "$said$(< "$test_dir/complained")"
  done
}
found() { jq -r --arg what "$1" --arg key "$2" '.checks[] | select(.what == $what) | .[$key]' <<< "$said"; } # WHAT KEY
assert_found() { # WHAT STATE PART-OF-THE-DETAIL [PART-OF-THE-ADVICE]
  assert_eq "$1 ($said)" "$2" "$(found "$1" state)"
  assert_contains "$1" "$3" "$(found "$1" detail)"
  if [[ -n ${4:-} ]]; then assert_contains "advice on $1" "$4" "$(found "$1" advice)"; fi
}
# What is not well, but for what stands in BUT.
BUT='redis memory|redis persistence'
bad() { jq -r --arg but "^($BUT)$" '.checks[] | select(.state != "well" and (.what | test($but) | not)) | .what' <<< "$said" | paste -sd ,; }
MYSQL="mysql $STACK_DIR/mysql.sock"
REDIS="redis $STACK_DIR/redis.sock"
everything() { # but keys of Redis's that expire
  mysql_q 'SELECT * FROM user_user; SELECT * FROM user_oauth; SELECT * FROM user_audit; CHECKSUM TABLE user_user, user_oauth, user_audit'
  redis_q --scan --pattern '*check*'
}

it "nobody is an admin at first, which is no fault"
look 0 --json
assert_eq "status ($said)" warning "$(jq -r .status <<< "$said")"
assert_eq "what is not well" admins "$(bad)"
assert_found admins warning nobody 'scanlogin-admin staff ID'
log_in "$(code person=a)"
mysql_q "UPDATE user_user SET is_staff = 1 WHERE id = $user"

it "all is well: the table has each line, and nothing is changed"
before=$(everything)
look 0
assert_eq "what and how" "$(LC_ALL=C sort <<< "admins well
descriptors well
endpoints well
$MYSQL well
$MYSQL clock well
mysql keys well
mysql migrations well
mysql rights well
mysql tables well
mysql triggers well
nginx well
nginx files well
pages well
$REDIS well
redis clock well
redis memory unknown
redis persistence unknown
redis rights well
redis scan well
redis watch well
secrets well
settings well
site origin well
version well
weixin well
weixin clock well
weixin mini well
weixin mp well
weixin wx well")" "$(sed -nE 's/^([^ ]+( [^ ]+)*)  +(well|unknown|warning|fault) .*/\1 \3/p' <<< "$said" | LC_ALL=C sort)"
assert_eq "where the states begin" 1 "$(grep -v '→' <<< "$said" | grep -oE '^[^ ]+( [^ ]+)*  +' | awk '{ print length }' | sort -u | wc -l)"
assert_not_contains "the table" $'\e' "$said"
look 0 --json
assert_eq status well "$(jq -r .status <<< "$said")"
assert_eq "what there is after it" "$before" "$(everything)"
assert_found version well "$(< "$STACK_ROOT/VERSION")"
assert_found "$MYSQL" well "$(mysql_q 'SELECT VERSION()'), unix socket"
assert_found "$REDIS" well "$(redis_q INFO server | sed -n 's/^redis_version:\([^\r]*\).*/\1/p'), master"

it "settings that are wrong are 78, each with its line, and nothing else is tried"
setting AUDIT_DAYS=never DEVICES=0 MINI_APPID=
look 78
assert_eq lines 3 "$(grep -c '^settings  fault' <<< "$said")"
for name in AUDIT_DAYS DEVICES MINI_APPID; do assert_contains "what it says" "fault    $name " "$said"; done
look 78 --json
assert_eq "what it says" 'fault settings' "$(jq -r '[.status, (.checks[].what)] | unique | join(" ")' <<< "$said")"
setting AUDIT_DAYS=365 DEVICES=1 MINI_APPID=wx2123456789abcdef

it "a call that is off is 64"
for args in 'check 1' 'check --nginx' '--nginx x list' 'check --keep nickname'; do
  exit=0
  # shellcheck disable=SC2086 # words
  "$BUILD_DIR/scanlogin-admin" $args > /dev/null 2> "$test_dir/complained" || exit=$?
  assert_eq "status of $args" 64 "$exit"
  assert_contains "what it says" 'check [--nginx FILE]' "$(< "$test_dir/complained")"
done

it "secrets that everybody may read, an origin without https, a page that is not there, few descriptors"
echo "$MYSQL_SECRET" > "$test_dir/password"
chmod 644 "$test_dir/password"
setting MYSQL_PASSWORD= MYSQL_PASSWORD_FILE="$test_dir/password" SITE_ORIGIN='http://example.com http://localhost:8080'
mv "$share/templates/wx-login-refused.html" "$share/refused"
look 1 --json
assert_eq "what is not well" 'secrets,site origin,pages' "$(bad)"
assert_found secrets warning "$test_dir/password" 'chmod o='
assert_found "site origin" warning 'http://example.com' https
assert_not_contains "the origin" localhost "$(found 'site origin' detail)"
assert_found pages fault wx-login-refused.html TEMPLATE_DIR
mv "$share/refused" "$share/templates/wx-login-refused.html"
chmod 640 "$test_dir/password"
setting MYSQL_PASSWORD="$MYSQL_SECRET" MYSQL_PASSWORD_FILE= SITE_ORIGIN=https://example.com
(
  ulimit -n 100
  look 0 --json
  assert_found descriptors warning 100 'ulimit -n'
)

it "MySQL: a wrong password, a database that is not there, a server that is not there"
setting MYSQL_PASSWORD=wrong-secret
look 1 --json
assert_found "$MYSQL" fault 'Access denied' MYSQL_PASSWORD
assert_eq "what is not well" "$MYSQL,mysql rights,mysql tables" "$(bad)"
assert_found "mysql rights" unknown 'could not be asked'
setting MYSQL_PASSWORD="$MYSQL_SECRET" MYSQL_DATABASE=elsewhere
look 1 --json
assert_found "$MYSQL" fault elsewhere MYSQL_DATABASE
setting MYSQL_DATABASE=scanlogin MYSQL_SOCKET= MYSQL_HOST=127.0.0.1 MYSQL_PORT="$(free_port)"
look 1 --json
assert_eq "what is not well" "mysql 127.0.0.1:${TEST_SETTINGS[MYSQL_PORT]},mysql rights,mysql tables" "$(bad)"
assert_found "mysql 127.0.0.1:${TEST_SETTINGS[MYSQL_PORT]}" fault connect 'check that MySQL runs'
setting MYSQL_SOCKET="$STACK_DIR/mysql.sock" MYSQL_HOST= MYSQL_PORT=

it "MySQL: a server that is not there, where others are"
reader=127.0.0.1:$(free_port)
setting MYSQL_READER_HOST="$reader"
look 0 --json
assert_eq "what is not well" "mysql $reader" "$(bad)"
assert_found "mysql $reader" warning connect 'check that MySQL runs'
setting MYSQL_READER_HOST=

it "MySQL: a server that takes no writes"
mysql_q 'SET GLOBAL read_only = 1'
look 1 --json
assert_found "$MYSQL" warning read-only cluster.md
assert_found mysql fault 'no server takes writes'
mysql_q 'SET GLOBAL read_only = 0'

it "MySQL: each right that is missing is named, and those that are too many"
for table in user_user user_oauth user_audit; do
  for right in SELECT INSERT UPDATE DELETE; do
    mysql_q "REVOKE $right ON scanlogin.$table FROM scanlogin@localhost"
    look 1 --json
    assert_found "mysql rights" fault ": $right on $table" sql/grants.sql
    mysql_q "GRANT $right ON scanlogin.$table TO scanlogin@localhost"
  done
done
look 0 --json
assert_eq "what is not well" '' "$(bad)"
mysql_q 'GRANT FILE, RELOAD ON *.* TO scanlogin@localhost'
look 0 --json
assert_found "mysql rights" warning 'FILE, RELOAD' sql/grants.sql
mysql_q 'REVOKE FILE, RELOAD ON *.* FROM scanlogin@localhost'

it "MySQL: each column of sql/schema.sql that is not there is named"
mapfile -t columns < <(mysql_q "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'scanlogin'
  AND TABLE_NAME IN ('user_user', 'user_oauth', 'user_audit')")
assert_eq "columns" 32 "${#columns[@]}"
for column in "${columns[@]}"; do
  read -r table name <<< "$column"
  mysql_q "ALTER TABLE $table RENAME COLUMN $name TO gone"
  look 1 --json
  assert_found "mysql tables" fault "$table.$name is missing" scanlogin-migrate
  mysql_q "ALTER TABLE $table RENAME COLUMN gone TO $name"
done
look 0 --json
assert_eq "what is not well" '' "$(bad)"

it "MySQL: a table that is not there, a type, an engine and a collation that do not fit"
mysql_q 'RENAME TABLE user_audit TO other'
look 1 --json
assert_found "mysql tables" fault 'user_audit.id is missing'
assert_found admins well 1
mysql_q 'RENAME TABLE other TO user_audit'
mysql_q 'CREATE TABLE was LIKE user_oauth; ALTER TABLE user_oauth MODIFY oauth_id varchar(200) COLLATE utf8mb4_general_ci NOT NULL'
look 1 --json
assert_found "mysql tables" fault 'user_oauth.oauth_id has the collation'
mysql_q 'ALTER TABLE user_oauth MODIFY oauth_id varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL; DROP TABLE was'
mysql_q 'ALTER TABLE user_audit ENGINE = Aria'
look 1 --json
assert_found "mysql tables" fault 'user_audit is no InnoDB table'
mysql_q 'ALTER TABLE user_audit ENGINE = InnoDB'

it "MySQL: keys that are not there"
mysql_q 'ALTER TABLE user_oauth DROP KEY user_oauth_type_id_uniq'
look 1 --json
assert_found "mysql keys" fault 'user_oauth(oauth_type,oauth_id)' 'two accounts'
mysql_q 'ALTER TABLE user_oauth ADD UNIQUE KEY user_oauth_type_id_uniq (oauth_type, oauth_id)'
mysql_q 'ALTER TABLE user_user DROP KEY user_user_nickname_idx'
look 0 --json
assert_found "mysql keys" warning 'user_user(nickname)' slow
mysql_q 'ALTER TABLE user_user ADD KEY user_user_nickname_idx (nickname)'

it "MySQL: triggers are seen where it may see them"
mysql_admin scanlogin < "$STACK_ROOT/sql/triggers.sql"
mysql_q 'GRANT TRIGGER ON scanlogin.user_user TO scanlogin@localhost'
look 0 --json
assert_found "mysql triggers" well there

it "Redis: a wrong password, no such server"
setting REDIS_PASSWORD=wrong-secret
look 1 --json
assert_found "$REDIS" fault WRONGPASS REDIS_PASSWORD
assert_found "redis rights" unknown 'could not be asked'
setting REDIS_PASSWORD="$REDIS_SECRET" REDIS_SOCKET="$STACK_DIR/none.sock"
look 1 --json
assert_found "redis $STACK_DIR/none.sock" fault 'No such file' 'check that Redis runs'
setting REDIS_SOCKET="$STACK_DIR/redis.sock"

it "Redis: each command and each kind of key that is not allowed is named"
line=$(sed -n '/^user scanlogin/p' "$STACK_ROOT/redis/scanlogin-user.conf")
needed=0
for rule in $line; do
  [[ $rule == +* ]] || continue
  case $rule in
    # What it connects with, and what only REDIS_DB and Sentinels need.
    +ping | +select | +role | +wait) continue ;;
    '+client|id' | '+client|tracking' | '+pubsub|numsub' | +subscribe) what='redis watch' status=0 state=warning ;;
    +scan) what='redis scan' status=0 state=warning ;;
    *) what='redis rights' status=1 state=fault ;;
  esac
  redis_rights "-${rule#+}"
  look "$status" --json
  part=${rule#+}
  part=${part//|/ }
  assert_found "$what" "$state" "${part^^}" redis/scanlogin-user.conf
  needed=$((needed + 1))
done
assert_eq "commands that were tried" 26 "$needed"
redis_rights
for rule in $line; do
  [[ $rule == '~'* ]] || continue
  mapfile -t others < <(tr ' ' '\n' <<< "$line" | grep '^~' | grep -vxF "$rule")
  redis_rights resetkeys "${others[@]}"
  look 1 --json
  [[ $rule == '~userToken_*' ]] || assert_found "redis rights" fault "the keys ${rule#\~}" redis/scanlogin-user.conf
done
for channel in __redis__:invalidate 'scanlogin:watch:*'; do
  redis_rights resetchannels "&$channel"
  look 0 --json
  assert_found "redis watch" warning SUBSCRIBE
done
redis_rights
setting REDIS_WAIT_REPLICAS=1
redis_rights -wait
look 1 --json
assert_found "redis rights" fault WAIT
redis_rights
setting REDIS_WAIT_REPLICAS=0

it "Redis: what it does when it is full and at a restart, where it may be asked"
BUT=none
redis_rights +info
look 0 --json
assert_found "redis memory" well 'no maxmemory'
assert_found "redis persistence" warning append-only 'appendonly yes'
redis_q CONFIG SET maxmemory 100mb maxmemory-policy allkeys-lru > /dev/null
redis_q CONFIG SET appendonly yes > /dev/null
look 0 --json
assert_found "redis memory" warning allkeys-lru noeviction
assert_found "redis persistence" well appendonly
redis_q CONFIG SET maxmemory-policy noeviction > /dev/null
look 0 --json
assert_eq "what is not well" '' "$(bad)"
redis_q CONFIG SET appendonly no maxmemory 0 > /dev/null
redis_rights
BUT='redis memory|redis persistence'

it "Redis: full, a replica"
redis_q CONFIG SET maxmemory 1 > /dev/null
look 1 --json
assert_found "redis rights" fault 'SET (OOM' 'memory'
redis_q CONFIG SET maxmemory 0 > /dev/null
if [[ $REDIS_MODE != cluster ]]; then # where nobody can be made one
  redis_q REPLICAOF 127.0.0.1 "$(free_port)" > /dev/null
  look 1 --json
  assert_found "$REDIS" fault replica 'no writes'
  redis_q REPLICAOF NO ONE > /dev/null
fi

it "WeChat: a secret, an app's id that is wrong, at each of its doors; a host that is no WeChat, and one that is not there"
for door in wx mp mini; do
  secret=${TEST_SETTINGS[${door^^}_SECRET]} id=${TEST_SETTINGS[${door^^}_APPID]}
  setting "${door^^}_SECRET=ffffffffffffffffffffffffffffffff"
  look 1 --json
  assert_eq "what is not well" "weixin $door" "$(bad)"
  assert_found "weixin $door" fault 'the secret is wrong' "check ${door^^}_APPID and ${door^^}_SECRET"
  assert_not_contains "what is printed" ffffffffffffffffffffffffffffffff "$said"
  setting "${door^^}_SECRET=$secret" "${door^^}_APPID=wxffffffffffffffff"
  look 1 --json
  assert_eq "what is not well" "weixin $door" "$(bad)"
  assert_found "weixin $door" fault 'no app wxffffffffffffffff'
  setting "${door^^}_APPID=$id"
done
setting PROVIDERS=mp
look 0 --json
assert_eq "doors" 'weixin weixin clock weixin mp' "$(jq -r '[.checks[].what | select(startswith("weixin"))] | sort | join(" ")' <<< "$said")"
setting PROVIDERS='wx mp mini' WX_API_BASE="$SANDBOX/none"
look 1 --json
assert_found "weixin wx" fault status WX_API_BASE
setting WX_API_BASE="http://127.0.0.1:$(free_port)"
look 1 --json
assert_found weixin fault "connect" firewall
assert_found "weixin wx" unknown 'out of reach'
setting WX_API_BASE="$SANDBOX"

it "other providers: an issuer that is not there"
setting PROVIDERS='wx mp mini other' OTHER_ISSUER="http://127.0.0.1:$(free_port)" OTHER_CLIENT_ID=id OTHER_CLIENT_SECRET=wrong-secret
look 1 --json
assert_eq "what is not well" 'provider other' "$(bad)"
assert_found "provider other" fault "${TEST_SETTINGS[OTHER_ISSUER]}" ISSUER
setting PROVIDERS='wx mp mini github' GITHUB_CLIENT_ID=id GITHUB_CLIENT_SECRET=wrong-secret
look 0 --json
assert_found "provider github" unknown 'only a login'
setting PROVIDERS='wx mp mini'

it "clocks that are minutes apart, or seconds"
for offset in +300 -300; do
  UNDER=("LD_PRELOAD=${sanitizer:+$sanitizer }$faketime" "FAKETIME=$offset" FAKETIME_DONT_FAKE_MONOTONIC=1 TZ=UTC)
  look 1 --json
  UNDER=()
  assert_eq "what is not well" "$MYSQL clock,redis clock,weixin clock" "$(bad)"
  way=ahead
  [[ $offset == +* ]] || way=behind
  for what in "$MYSQL clock" "redis clock" "weixin clock"; do assert_found "$what" fault "s $way" NTP; done
done

it "nginx: what it passes nothing to, endpoints that are not there, files that were changed"
dump=$NGINX
NGINX=$test_dir/other
echo 'http { server { location / { } } }' > "$NGINX"
look 0 --json
assert_found nginx warning 'passes nothing' scanlogin-locations.conf
NGINX=$test_dir/none
look 0 --json
assert_found nginx unknown 'cannot be read' 'nginx -T > FILE'
NGINX=$dump
program_stop sessions
program_stop login-mini
look 1 --json
assert_found endpoints fault "sessions ($STACK_DIR/sessions.sock" 'start them'
assert_contains "endpoints" login-mini "$(found endpoints detail)"
setting PROVIDERS='wx mp'
look 0 --json
assert_found endpoints warning 'not there: ' 'no use for'
for name in sessions login-mini; do endpoint_start $name || fail "no $name"; done
look 0 --json
assert_eq "what is not well" '' "$(bad)"
sed -i 's#include scanlogin-#include scanlogin/scanlogin-#' "$dump" # as Debian's package has them
look 0 --json
assert_found "nginx files" well 'as shipped'
echo '# a change' >> "$share/nginx/scanlogin-locations.conf"
look 0 --json
assert_found "nginx files" warning ': scanlogin-locations.conf' compare
rm "$share"/nginx/*
look 0 --json
assert_found "nginx files" unknown 'nothing to compare'

it "MySQL: the record of migrations"
mysql_q 'REVOKE SELECT ON scanlogin.scanlogin_schema FROM scanlogin@localhost'
look 0 --json
assert_found "mysql migrations" warning denied sql/grants.sql
mysql_q 'GRANT SELECT ON scanlogin.scanlogin_schema TO scanlogin@localhost; CREATE TABLE kept AS SELECT * FROM scanlogin_schema'
last=$(mysql_q 'SELECT MAX(number) FROM scanlogin_schema')
mysql_q "DELETE FROM scanlogin_schema WHERE number = $last"
look 1 --json
assert_found "mysql migrations" fault "migration $last is not on record" 'scanlogin-migrate up'
mysql_q "INSERT INTO scanlogin_schema SELECT * FROM kept WHERE number = $last; UPDATE scanlogin_schema SET oldest_program = 1000 WHERE number = $last"
look 1 --json
assert_found "mysql migrations" fault 'newer scanlogin'
mysql_q 'RENAME TABLE scanlogin_schema TO elsewhere'
look 1 --json
assert_found "mysql migrations" fault 'not on record' 'scanlogin-migrate up'
mysql_q 'DROP TABLE kept; RENAME TABLE elsewhere TO scanlogin_schema; UPDATE scanlogin_schema SET oldest_program = number'

it "servers that are gone: each has its line, and the rest is looked at"
program_stop redis
look 1 --json
assert_found "$REDIS" fault '' 'check that Redis runs'
assert_found "mysql rights" well grants
program_stop mysql
look 1 --json
assert_found "$MYSQL" fault '' 'check that MySQL runs'
assert_found "weixin wx" well takes
