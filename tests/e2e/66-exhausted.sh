#!/bin/bash
# What runs out while the endpoints run: descriptors, and room for logs. At worst a request is answered 503 or 502, and
# all is well again, without a restart, once there is room; a log that nobody reads, or whose disk is full, holds no
# request up.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

NEEDED=(login-wx login-wx-callback current logout)
start_stack "${NEEDED[@]}"

# UBSan looks at the first object of each type by means of a pipe, and takes it for another type's without a descriptor for
# that: so each endpoint has met before what it may have to throw then.
it "Redis and MariaDB are away: 503, and well again"
all_unavailable() { # TOKEN UUID
  current "$1"
  assert_unavailable
  logout "$1"
  assert_unavailable
  poll "$2"
  assert_unavailable
}
log_in "$(code person=witness)"
program_stop redis
all_unavailable "$token" any
api GET "$CALLBACK?code=x&state=any"
assert_unavailable
redis_start || fail "no Redis"
log_in "$(code person=witness)"
scan scanned "$(code person=scanned)"
program_stop mysql
all_unavailable "$token" scanned
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
log_in "$(code person=witness)"
witness=$token

# ---- descriptors -------------------------------------------------------------------------------------

open_descriptors() { find "/proc/$(pid_of "$1")/fd" -mindepth 1 | wc -l; }
descriptors() { prlimit --pid "$(pid_of "$1")" --nofile="$2:" || fail "prlimit"; } # NAME MOST
ticks() { awk '{ print $14 + $15 }' "/proc/$(pid_of "$1")/stat"; }                # of 10 ms of processor time
refused_some() { (($(grep -c 'cannot accept reason="Too many open files"' "$(log_of "$1")") > $2)); } # NAME BEFORE
ENOUGH=4096
mkfifo "$test_dir/never"
exec 5<> "$test_dir/never" # a standard input from which nothing comes
# hold NAME COUNT: connections of a client that asks nothing; sets $holding.
hold() {
  perl "$LIB/fcgi.pl" "$STACK_DIR/$1.sock" idle "$2" < "$test_dir/never" > "$test_dir/held" 5>&- &
  holding=$!
  eventually grep -q ready "$test_dir/held" || fail "no connections"
}

it "an endpoint without a free descriptor: 503 or 502 at worst, and well again once there is one"
load_start 4
for name in "${NEEDED[@]}"; do
  pid=$(pid_of "$name")
  for spare in 0 2; do
    may_see 503 502
    descriptors "$name" $(($(open_descriptors "$name") + spare))
    before=$(grep -c 'cannot accept' "$(log_of "$name")" || true)
    hold "$name" 20
    eventually refused_some "$name" "$before" || fail "$name has descriptors left"
    asked_by 100
    kill "$holding"
    descriptors "$name" $ENOUGH
    well_again "$name with $spare descriptors"
  done
  assert_eq "the process" "$pid" "$(pid_of "$name")"
done
load_end

it "... and it does not spin meanwhile"
descriptors current "$(open_descriptors current)"
hold current 50
refusals=$(grep -c 'cannot accept' "$(log_of current)")
before=$(ticks current)
# It tries again once a second, and says so each time.
eventually refused_some current $((refusals + 2)) || fail "it does not try again"
used=$(($(ticks current) - before))
((used <= 20)) || fail "$used hundredths of a second of processor time between three attempts"
kill "$holding"
descriptors current $ENOUGH
assert_eq "who is logged in" 200 "$(status_of "$witness")"

# ---- logs --------------------------------------------------------------------------------------------

# logs_to FILE: `current` and `login-wx` log each request there.
logs_to() {
  # shellcheck disable=SC2016 # for the bash that starts the endpoint
  ENDPOINT_UNDER=("$(command -v bash)" -c 'exec "$1" 2> "$0"' "$1")
  endpoint_replace current || fail "current not replaced"
  endpoint_replace login-wx || fail "login-wx not replaced"
  ENDPOINT_UNDER=()
}
ask_often() { # more than a pipe has room for
  curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" -w ' %{http_code}\n' \
    'http://localhost/api/user/current/?n=[1-2000]' > "$test_dir/often" || fail "curl ended with $?"
  assert_eq "the answers" "   2000 $(denial missing) 401" "$(sort "$test_dir/often" | uniq -c)"
}
goes_on() {
  ask_often
  log_in "$(code)"
  assert_eq "who has just logged in" 200 "$(status_of "$token")"
}

it "the disk is full where an endpoint logs: it goes on"
logs_to /dev/full
goes_on

it "a pipe whose reader stands still: it goes on, and tells how many lines were lost"
mkfifo "$test_dir/pipe"
exec 4<> "$test_dir/pipe"
logs_to "$test_dir/pipe"
goes_on
cat < "$test_dir/pipe" > "$test_dir/read" 4>&- 5>&- &
reader=$!
lost() { # asks until a line comes through
  status_of x > "$test_dir/ignored"
  grep -q 'warning current\[[0-9]*\] log lines lost count=' "$test_dir/read"
}
eventually lost || fail "nobody tells"
count=$(sed -n 's/.* current\[.* log lines lost count=//p' "$test_dir/read")
written=$(sed '/ current.* log lines lost/q' "$test_dir/read" | grep -c ' debug current')
((count > 0 && written + count >= 2000)) || fail "of 2000 lines $written were written and $count lost"

it "a pipe whose reader has gone: it goes on"
kill "$reader"
exec 4>&-
goes_on
logs_to "$(log_of last)"

it "the disk is full where nginx logs: requests go on"
sed -i "s#$(log_of nginx-access)#/dev/full#" "$STACK_DIR"/nginx/*.conf
kill -HUP "$(pid_of nginx)"
full() { grep -q '"/dev/full" failed (28: No space left on device)' "$(log_of nginx-error)"; }
tried() {
  status_of "$witness" > "$test_dir/ignored"
  full
}
eventually tried || fail "nginx writes somewhere"
goes_on
