#!/bin/bash
# scanlogin-spawn, the command for those without systemd: endpoints start, outlive the shell, are replaced under load
# without a failed request, keep running where a new one does not start, and end; their logs are rotated.
# Not part of make check under asan: what it looks at is a script.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

NAMES=(current login-wx login-wx-callback logout)
# The programs are another user's, who may be kept out of the checkout.
mkdir "$test_dir/programs"
for name in "${NAMES[@]}"; do ln "$BUILD_DIR/$name" "$test_dir/programs/" 2> /dev/null || cp "$BUILD_DIR/$name" "$test_dir/programs/"; done
TEMPLATES=$test_dir/templates
cp -r "$STACK_ROOT/templates" "$TEMPLATES"
as=()
((EUID != 0)) || as=(-u nobody -g nogroup)
logs=$test_dir/endpoint-logs
# The shell it is called from has settings of its own.
control() { # VERB [NAME…]
  exit=0
  said=$(SECRET_KEY=from-the-shell LOG_LEVEL=x "$STACK_ROOT/bin/scanlogin-spawn" -e "$STACK_DIR/env" -d "$STACK_DIR" -l "$logs" \
    -p "$test_dir/programs" "${as[@]}" "$@" 2>&1) || exit=$?
}
controlled() { control "$@"; assert_eq "$* ($said)" 0 "$exit"; }
pids_now() { local name; for name in "${NAMES[@]}"; do pid_of "$name" || echo "no $name"; done; }
running() { assert_eq "$1" "${NAMES[*]}" "$(awk '$3 == "running" { print $1 }' <<< "$said" | paste -sd ' ')"; } # WHAT

start_stack jwks
if ((EUID == 0)); then chmod 711 "$STACK_DIR"; chmod 777 "$STACK_DIR/redis.sock"; fi

it "start starts every program there is, with the settings of the file alone, and a person logs in"
controlled start
assert_eq "what it says" '' "$said"
log_in "$(code person=witness)"
witness=$token
controlled status
running "status"
for name in "${NAMES[@]}"; do
  read -r user < <(awk '/^Uid:/ { print $2 }' "/proc/$(pid_of "$name")/status")
  ((EUID != 0 || user != 0)) || fail "$name is root"
done

it "started again, nothing changes"
before=$(pids_now)
controlled start
controlled start current
assert_eq "pids" "$before" "$(pids_now)"

it "none of them belongs to a terminal, or to the session that started them"
for name in "${NAMES[@]}"; do
  pid=$(pid_of "$name")
  proc_stat "$pid"
  # shellcheck disable=SC2154 # proc_stat sets it
  assert_eq "session and terminal of $name" "$pid 0" "${stat[3]} ${stat[4]}"
done

it "restart replaces one, or all, under load: no request fails"
keep_asking current GET /api/user/current/ -H "IDTOKEN: $witness" & load=$!
for _ in 1 2 3 4 5 6 7 8; do
  before=$(pid_of current)
  controlled restart current
  process_gone "$before" || fail "the old one is still there"
done
before=$(pids_now)
controlled restart
assert_eq "pids that stayed" '' "$(comm -12 <(sort <<< "$before") <(pids_now | sort))"

it "two at once wait for one another"
controlled restart & other=$!
controlled restart
wait "$other" || fail "the other one failed"
controlled status
running "status"

it "a program that refuses its settings leaves the old one serving; what it said is shown"
before=$(pids_now)
setting TOKEN_TTL_DAYS=never
control restart current
assert_eq "status ($said)" 1 "$exit"
assert_contains "what it says" 'current did not start: current: TOKEN_TTL_DAYS' "$said"
assert_eq "pids" "$before" "$(pids_now)"
assert_eq "sockets beside the others" '' "$(find "$STACK_DIR" -name '*.new')"
control restart
assert_eq "status for all ($said)" 1 "$exit"
for name in "${NAMES[@]}"; do assert_contains "what it says" "$name: TOKEN_TTL_DAYS" "$said"; done
assert_eq "pids" "$before" "$(pids_now)"
program=$test_dir/programs/login-wx
mv "$program" "$program.away"
printf '#!/bin/sh\nexit 0\n' > "$program"
chmod 755 "$program"
control restart login-wx
assert_eq "status of one that ends at once ($said)" 1 "$exit"
mv "$program.away" "$program"
assert_eq "pids" "$before" "$(pids_now)"
setting TOKEN_TTL_DAYS=50000
chmod a-x "$program"
(BUILD_DIR=$test_dir/programs endpoint_replace login-wx 2> "$test_dir/why") && fail "what is no program was started"
assert_contains "what it says of one that cannot be run" "there is no program $program" "$(< "$test_dir/why")"
chmod a+x "$program"
assert_eq "pids" "$before" "$(pids_now)"
mv "$STACK_DIR/env" "$test_dir/env.away"
control restart
assert_eq "status without the file ($said)" 1 "$exit"
assert_contains "what it says" "no settings can be read from $STACK_DIR/env" "$said"
mv "$test_dir/env.away" "$STACK_DIR/env"
assert_eq "pids" "$before" "$(pids_now)"

it "one that must not run on the tables as they are leaves the old one serving"
last=$(mysql_q 'SELECT MAX(number) FROM scanlogin_schema')
mysql_admin scanlogin -e "UPDATE scanlogin_schema SET number = 999999 WHERE number = $last"
control restart current
assert_eq "status ($said)" 1 "$exit"
assert_contains "what it says" "current did not start: current: the database has " "$said"
assert_eq "pids" "$before" "$(pids_now)"
mysql_admin scanlogin -e "UPDATE scanlogin_schema SET number = $last WHERE number = 999999"

# A shell's clock has a decimal comma there.
it "it waits as long as it says in any language"
localedef -i de_DE -f UTF-8 "$test_dir/de_DE.UTF-8"
for _ in 1 2 3; do
  began=${EPOCHREALTIME//[.,]/}
  # shellcheck disable=SC2016 # the inner shell's
  LOCPATH=$test_dir LC_ALL=de_DE.UTF-8 timeout "$PATIENCE" bash -c '[[ $EPOCHREALTIME == *,* ]] || exit 2
    . "$1"; ! wait_until 2 false' bash "$STACK_ROOT/bin/scanlogin-spawn" || fail "ended with $?"
  ((${EPOCHREALTIME//[.,]/} - began >= 2000000)) || fail "it waited $((${EPOCHREALTIME//[.,]/} - began)) us instead of two seconds"
done

it "rotating the logs loses no request, and they go on in the new file"
sed "s#/var/log/scanlogin#$logs#; s#/usr/local/bin#$STACK_ROOT/bin#g; s# reopen\$# -d $STACK_DIR -p $test_dir/programs&#" \
  "$STACK_ROOT/tools/logrotate" > "$test_dir/logrotate"
before=$(pids_now)
chmod 644 "$test_dir/logrotate"
grep -q ' login ' "$logs/login-wx.log" || fail "no login in the log"
logrotate -f -s "$test_dir/logrotate-state" "$test_dir/logrotate" || fail "logrotate failed"
assert_contains "the old one" ' login ' "$(< "$logs/login-wx.log.1")"
opened() { api POST "$BEGIN"; [[ -s $logs/login-wx.log ]]; } # a line for each login that is begun
eventually opened
log_in "$(code person=late)"
late=$user
assert_eq "lines of the new one" 1 "$(grep -c " login .*user=$late" "$logs/login-wx.log")"
assert_eq "pids" "$before" "$(pids_now)"
if ((EUID == 0)); then assert_eq "others may read" '' "$(find "$logs" -type f -perm /o=r)"; fi

it "the load met none of it"
: > "$test_dir/enough"
wait "$load" || fail "a request failed"
current "$witness"
assert_eq "answers" "$body 200" "$(sort -u "$test_dir/answers-current")"

it "what was killed is shown, and start starts that alone"
mapfile -t before < <(pids_now)
kill -KILL "${before[0]}"
eventually process_gone "${before[0]}"
control status
assert_eq "status ($said)" 1 "$exit"
assert_eq "what is stopped" current "$(awk '$3 == "stopped" { print $1 }' <<< "$said")"
controlled start
assert_eq "the others" "${before[*]:1}" "$(pids_now | tail -n +2 | paste -sd ' ')"
current "$witness"
assert_status 200

it "a socket on which somebody else answers is left alone"
controlled stop logout
endpoint_start logout || fail "no logout"
theirs=$(pid_of logout)
mv "$STACK_DIR/logout.pid" "$test_dir/logout.pid.away"
for verb in start restart; do
  control $verb logout
  assert_eq "status of $verb ($said)" 1 "$exit"
  assert_contains "what it says" "something else listens on $STACK_DIR/logout.sock" "$said"
done
mv "$test_dir/logout.pid.away" "$STACK_DIR/logout.pid"
assert_eq "who answers" "$theirs" "$(pid_of logout)"
# As systemd takes the path of a socket on which another program listens.
rm "$STACK_DIR/logout.sock"
# shellcheck disable=SC2016 # perl's
perl -MIO::Socket::UNIX -e 'my $socket = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 5) or die; print "listens\n";
  close STDOUT; sleep' "$STACK_DIR/logout.sock" > "$test_dir/listens" & theirs=$!
eventually test -s "$test_dir/listens"
if ((EUID == 0)); then # who else may see what a process listens on?
  control restart logout
  assert_eq "status of restart ($said)" 1 "$exit"
  assert_contains "what it says" "something else listens on $STACK_DIR/logout.sock" "$said"
fi
controlled stop logout
[[ -S $STACK_DIR/logout.sock ]] || fail "stop has removed the socket of another program"
kill "$theirs"
wait "$theirs" || true
controlled start logout

it "a name or a word that it does not know is told"
control start nothing
assert_eq "status" 1 "$exit"
assert_contains "what it says" "no endpoint nothing, only: ${NAMES[*]}" "$said"
for words in '' reload '-x start'; do
  # shellcheck disable=SC2086 # words
  control $words
  assert_eq "status of $words" 64 "$exit"
  assert_contains "what it says" usage: "$said"
done

it "a setting is what a shell makes of it"
sed -i "/^WX_SECRET=/d" "$STACK_DIR/env"
# shellcheck disable=SC2016 # as it is meant
echo "WX_SECRET='00112233445566778899aabbccddeeff' # none of \$HOME's" >> "$STACK_DIR/env"
controlled restart login-wx
log_in "$(code person=quoted)"

it "stop ends one, or all, and leaves nothing but the logs; status says so"
mapfile -t before < <(pids_now)
controlled stop current
control status
assert_eq "what is stopped" current "$(awk '$3 == "stopped" { print $1 }' <<< "$said")"
controlled stop
for pid in "${before[@]}"; do process_gone "$pid" || fail "$pid is still there"; done
assert_eq "what is left" '' "$(for name in "${NAMES[@]}"; do find "$STACK_DIR" -maxdepth 1 -name "$name.*"; done)"
controlled stop
