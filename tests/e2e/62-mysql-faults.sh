#!/bin/bash
# MariaDB is killed, frozen, has no connections or no room left, or a stranger's locks, while people log in, ask and log
# out. What needs it is 503 meanwhile and well by itself afterwards; in the end each person is one whole user.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

# What was committed has to be there after a kill.
# shellcheck disable=SC2034
MYSQL_OPTIONS=(--innodb-flush-log-at-trx-commit=2 --innodb-autoextend-increment=1)
trap '' XFSZ # a file that may not grow is an error to MariaDB, and not its end
setting LOG_LEVEL=info
start_stack
pids_before=$(pids)

witnesses
load_start 4

kill_connections() { mysql_q "KILL USER scanlogin@localhost"; }

it "MariaDB is killed: 503, and the same scan logs in afterwards"
uuid=$(new_uuid) code=$(code)
scan "$uuid" "$code"
may_see 503
endpoint_kill mysql
logout "$witness"
assert_unavailable
poll "$uuid"
assert_unavailable
poll "$(new_uuid)"
assert_nothing_scanned
unavailable_by 100
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
well_again "MariaDB killed"
poll "$uuid"
assert_logged_in
assert_calls "$code" 1 2
sessions_are_kept

it "MariaDB is frozen for ten seconds: the same, within its time limits"
may_see 503
frozen=$(pid_of mysql)
kill -STOP "$frozen"
thaws_at=$((SECONDS + 10))
time_is_up() { ((SECONDS >= thaws_at)); }
# `current` goes on from memory for five seconds at the most, with the right answer and no other.
memory_is_over() { [[ $(status_of "$witness") != 200 ]]; }
eventually memory_is_over || fail "current goes on without its backend"
current "$witness"
assert_unavailable
eventually time_is_up || fail "the clock stands still"
kill -CONT "$frozen"
well_again "MariaDB frozen"
sessions_are_kept

it "MariaDB has no connection left"
may_see 503
sleepers=()
for _ in {1..10}; do
  mysql_admin -e "SELECT SLEEP(900)" > /dev/null 2>&1 &
  sleepers+=($!)
done
asleep() { mysql_q "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP%' AND user = 'root'"; }
all_asleep() { (($(asleep) >= 11)); } # the one that asks is among them
eventually all_asleep || fail "$(asleep) sessions"
# One session does both: the place kept for an administrator is an endpoint's for as long as that one is being refused.
coproc ADMIN { mysql_admin --unbuffered; }
sleepers+=("$ADMIN_PID")
administer() { # SQL
  echo "$1; SELECT 'done';" >&"${ADMIN[1]}"
  read -r -t "$PATIENCE" _ <&"${ADMIN[0]}" || fail "no answer to: $1"
}
administer "SET GLOBAL max_connections = 10; KILL USER scanlogin@localhost"
unavailable_by 50
administer "SET GLOBAL max_connections = 300"
well_again "MariaDB out of connections"
sessions_are_kept
kill "${sleepers[@]}"
wait "${sleepers[@]}" || true

it "MariaDB gives the endpoints one connection between them"
may_see 503
limit_connections() { mysql_q "ALTER USER scanlogin@localhost WITH MAX_USER_CONNECTIONS $1; FLUSH USER_RESOURCES"; }
limit_connections 1
kill_connections
unavailable_by 50
limit_connections 0
well_again "MariaDB with one connection"
sessions_are_kept

it "MariaDB throws the endpoints' connections out again and again"
may_see 503
for _ in {1..20}; do kill_connections; done
well_again "MariaDB's connections closed"
sessions_are_kept

it "somebody holds every user's row: no login, but whoever is logged in stays so"
may_see 503
coproc HOLDER { mysql_admin scanlogin --unbuffered; }
printf "START TRANSACTION; UPDATE user_user SET first_name = 'x'; SELECT 'held';\n" >&"${HOLDER[1]}"
read -r -t "$PATIENCE" _ <&"${HOLDER[0]}" || fail "no lock"
unavailable_by 3
sessions_are_kept
echo "ROLLBACK; SELECT 'free';" >&"${HOLDER[1]}"
read -r -t "$PATIENCE" _ <&"${HOLDER[0]}" || fail "no rollback"
well_again "users locked"
sessions_are_kept

it "the disk is full: nothing can be written, but whoever is logged in stays so"
may_see 503
mariadbd=$(pid_of mysql)
largest=$(find "$STACK_DIR/mysql" -type f -printf '%s\n' | sort -n | tail -n 1)
# No file can grow any more: to InnoDB that is the same.
prlimit --pid "$mariadbd" --fsize=$((largest + 1048576)):
fill() { mysql_q "INSERT INTO user_audit (at, action, request, detail)
  SELECT NOW(6), 'filler', UUID(), REPEAT('x', 8000) FROM seq_1_to_200" 2> "$test_dir/full"; }
while fill; do :; done
assert_contains "what MariaDB says" "ERROR 1114" "$(< "$test_dir/full")"
unavailable_by 20
sessions_are_kept
prlimit --pid "$mariadbd" --fsize=unlimited:
well_again "disk full"
sessions_are_kept

load_end
assert_persons
assert_eq "the endpoints are the ones from the beginning" "$pids_before" "$(pids)"
