#!/bin/bash
# Several servers in MYSQL_HOST: the first that takes writes is used, whatever becomes of the others, and no request fails
# while one of them is well.
# Not part of make check under asan: names are looked up by a preloaded library there, which the sanitizer gets in the way of.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/databases.bash"

stack_by_tcp
# What a server knows is what it was told: user 900 has another name at each.
MYSQL_OPTIONS+=(--innodb-flush-log-at-trx-commit=2)
setting LOG_LEVEL=info PROFILE_TRUST_S=0 CURRENT_CACHE_ENTRIES=0
start_stack login-wx login-wx-callback current logout
db_start other
db_fill other
db_q other "SET GLOBAL read_only = 1"

list_is() { # NAME…
  setting MYSQL_HOST="$(hosts "$@")"
  endpoints_replace
}
users_at() { db_q "$1" "SELECT COUNT(*) FROM scanlogin.user_user WHERE nickname = '用户$2'"; } # SERVER PERSON
logins=0
assert_login_at() { # SERVER WHAT
  logins=$((logins + 1))
  log_in "$(code "person=p$logins")"
  assert_eq "users at $1, $2" 1 "$(users_at "$1" "p$logins")"
}
logs_in_at() { # SERVER
  logins=$((logins + 1))
  log_in "$(code "person=p$logins")"
  (($(users_at "$1" "p$logins") == 1))
}
logged() { grep -F "another MySQL server is used" "$(log_of login-wx)" | tail -n 1; }

list_is mysql other
it "the first takes writes: it is used, and the log says nothing"
assert_login_at mysql "the first"
assert_eq "lines of the log" '' "$(logged)"

it "connections that die are no reason to leave it"
for _ in 1 2 3; do
  db_q mysql "KILL USER scanlogin@localhost"
  assert_login_at mysql "which is well"
done
assert_eq "lines of the log" '' "$(logged)"

it "the first does not take writes: the second is used, and the log says why"
list_is other mysql
assert_login_at mysql "the only one that takes writes"
assert_contains "the log" "server=$(hosts mysql) left=$(hosts other) reason=\"it is read-only, or not a part of its cluster\"" "$(logged)"

it "the first takes writes again: it is used"
db_q other "SET GLOBAL read_only = 0"
eventually logs_in_at other || fail "the first is not used again"
assert_contains "the log" "server=$(hosts other) left=$(hosts mysql)" "$(logged)"

it "the first is made read-only by hand: not one login fails"
db_q other "SET GLOBAL read_only = 1"
for _ in {1..20}; do assert_login_at mysql "the first being read-only"; done

it "the first is killed in the middle: the same; and it is told why"
db_q other "SET GLOBAL read_only = 0"
eventually logs_in_at other || fail "the first is not used again"
db_kill other
for _ in {1..20}; do assert_login_at mysql "the first being dead"; done
assert_contains "the log" "server=$(hosts mysql) left=$(hosts other) reason=\"MySQL 20" "$(logged)"

it "the one that is used now is watched from then on, whoever asks or not"
db_start other
eventually logs_in_at other || fail "the first is not used again"
is_left() { [[ $(logged) == *"left=$(hosts other)"* ]]; }
: > "$(log_of login-wx)"
db_kill other
eventually is_left || fail "login-wx does not leave it"
watched() { (($(db_q mysql "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'scanlogin'") >= watchers)); }
# A connection of login-wx, current and logout each, whom nobody asks anything meanwhile.
watchers=3
eventually watched || fail "nobody looks at the second"

it "a program that starts while the first is dead: the same"
endpoints_replace
for _ in {1..3}; do assert_login_at mysql "the first being dead"; done

it "the first is back: it is used again"
db_start other
eventually logs_in_at other || fail "the first is not used again"

it "the first hangs: whoever waits for it is served by the second"
db_freeze other
for _ in {1..10}; do assert_login_at mysql "the first hanging"; done
began=${EPOCHREALTIME/./}
assert_login_at mysql "the first hanging"
echo "figure: a login while the first server hangs: $(((${EPOCHREALTIME/./} - began) / 1000)) ms"
db_thaw other
eventually logs_in_at other || fail "the first is not used again"

it "only one that is read-only is left: who is there is told, and nobody can log in"
db_q mysql "SET GLOBAL read_only = 1"
db_q other "INSERT INTO scanlogin.user_user SELECT 900, password, NULL, 0, 'nine', '', '', '', 0, 1, date_joined, 'at other', '', '', '' FROM scanlogin.user_user LIMIT 1"
db_q mysql "INSERT INTO scanlogin.user_user SELECT 900, password, NULL, 0, 'nine', '', '', '', 0, 1, date_joined, 'at mysql', '', '', '' FROM scanlogin.user_user LIMIT 1"
nine=$(jwt '{"typ":"JWT","alg":"HS256"}' '{"id":900,"username":"nine","exp":4102444800}')
redis_q HSET userToken_900 "$(sha256 "$nine")" '{}' > /dev/null
nickname() { current "$nine"; jq -r '.data.nickname // empty' "$body_file"; }
assert_eq "the user at the first" 'at other' "$(nickname)"
db_kill other
assert_eq "the user at the one that is left" 'at mysql' "$(nickname)"
uuid=$(new_uuid)
scan "$uuid" "$(code person=waits)"
poll "$uuid"
assert_unavailable

it "... until one takes writes: the same scan logs in"
db_start other
logs_in() { poll "$uuid" && [[ $status == 200 ]]; }
eventually logs_in || fail "nobody can log in"
assert_logged_in
assert_eq "users at the first" 1 "$(users_at other waits)"
db_q mysql "SET GLOBAL read_only = 0"

it "all are dead: 503; and well again when one is back"
db_kill other
db_stop mysql
current "$nine"
assert_unavailable
mysql_start
is_back() { [[ $(nickname) == 'at mysql' ]]; }
eventually is_back || fail "never well again: $status $body"

it "names that nobody knows, and addresses without a server"
for list in "nowhere.invalid,$(hosts mysql)" "[::1]:${DB_PORT[mysql]},$(hosts mysql)" "127.0.0.9 $(hosts mysql)"; do
  setting MYSQL_HOST="$list"
  endpoints_replace
  assert_login_at mysql "of the list $list"
done

# What a name means is written in a file, which the programs read instead of asking the system. The library that reads it
# does not see a change within one second; it sees that the file is another.
names() { # ADDRESS…
  printf '%s db.test\n' "$@" > "$test_dir/names.new"
  mv "$test_dir/names.new" "$test_dir/names"
}
ENDPOINT_ENV=(LD_PRELOAD=libnss_wrapper.so "NSS_WRAPPER_HOSTS=$test_dir/names" "ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0")
it "a name with several addresses: each is tried"
names 127.0.0.9 127.0.0.1
setting MYSQL_HOST=db.test
endpoints_replace
assert_login_at mysql "of its addresses"

it "IPv6; and a name that leads elsewhere from now on"
db_stop mysql
MYSQL_OPTIONS+=(--bind-address=::1)
mysql_start "$MYSQL_SECRET" || fail "no MariaDB on ::1"
names 127.0.0.9 ::1
assert_login_at mysql "where the name leads now"
for list in "[::1]" "::1" "$(hosts mysql),[::1]:${DB_PORT[mysql]}"; do
  setting MYSQL_HOST="$list"
  endpoints_replace
  assert_login_at mysql "of the list $list"
done
