# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.bash, and for the tests
# More MariaDBs than the stack's own, each on a port of 127.0.0.2: no connection to any of them comes from there, so that a
# port stays free while its server is away. Sourced after setup.bash.
#
#   stack_by_tcp           before start_stack: the stack's own listens on ${DB_PORT[mysql]}, too
#   db_start NAME [OPTION…]    starts one; an empty one the first time. ${DB_PORT[NAME]} is its port
#   db_fill NAME           gives it the tables, and the endpoints' user
#   db_q NAME SQL          prints the answer (of the stack's own as well, by the name mysql)
#   db_stop NAME   db_kill NAME   db_freeze NAME   db_thaw NAME
#   hosts NAME…            prints them as MYSQL_HOST takes them
#   endpoints_replace      all endpoints take the settings that were changed

declare -A DB_PORT=() DB_PID=()

stack_by_tcp() {
  DB_PORT[mysql]=$(free_port)
  MYSQL_OPTIONS+=(--skip-networking=OFF --bind-address=127.0.0.1 --port="${DB_PORT[mysql]}")
  setting MYSQL_SOCKET= MYSQL_HOST=127.0.0.1 MYSQL_PORT="${DB_PORT[mysql]}"
}

db_free_port() {
  perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "127.0.0.2", LocalPort => 0, Listen => 1)
    or exit 1; print $s->sockport, "\n"'
}
db_q() { mariadb --no-defaults --batch --skip-column-names --default-character-set=utf8mb4 -S "$STACK_DIR/$1.sock" -u root -e "${*:2}"; }
db_answers() { db_q "$1" 'SELECT 1' > /dev/null 2>&1; }
db_settled() { db_answers "$1" || process_gone "${DB_PID[$1]}"; }

db_start() { # NAME [OPTION…]
  local name=$1 data=$STACK_DIR/$1
  shift
  MYSQL_AS=()
  ((EUID != 0)) || MYSQL_AS=(--user=root)
  if [[ ! -d $data ]]; then
    mysql_template || fail "no data for $name"
    cp -a --reflink=auto "$STACK_ROOT/build/mysql-template" "$data"
  fi
  mkdir -p "$data-tmp"
  [[ -n ${DB_PORT[$name]:-} ]] || DB_PORT[$name]=$(db_free_port)
  spawn "$name" mariadbd --no-defaults "${MYSQL_AS[@]}" --datadir="$data" --socket="$data.sock" --tmpdir="$data-tmp" \
    --bind-address=127.0.0.2 --port="${DB_PORT[$name]}" --skip-log-bin --pid-file="$data/pid" --performance-schema=off \
    --character-set-server=utf8mb4 --innodb-buffer-pool-size=32M --innodb-log-file-size=4M --max-connections=300 \
    --innodb-flush-log-at-trx-commit=2 --skip-innodb-doublewrite --innodb-flush-method=nosync "$@"
  DB_PID[$name]=$!
  eventually db_settled "$name" || fail "$name does not answer"
  ! process_gone "${DB_PID[$name]}" || fail "$name did not start: $(tail -n 5 "$(log_of "$name")")"
}
# As tools/stack.sh has it.
db_fill() { # NAME
  db_q "$1" "CREATE DATABASE IF NOT EXISTS scanlogin CHARACTER SET utf8mb4"
  mariadb --no-defaults -S "$STACK_DIR/$1.sock" -u root scanlogin < "$STACK_ROOT/sql/schema.sql"
  db_q "$1" "CREATE OR REPLACE USER scanlogin@localhost IDENTIFIED BY '$MYSQL_SECRET'"
  mariadb --no-defaults -S "$STACK_DIR/$1.sock" -u root scanlogin < "$STACK_ROOT/sql/grants.sql"
}
db_pid() { if [[ $1 == mysql ]]; then pid_of mysql; else echo "${DB_PID[$1]}"; fi; }
db_stop() { end_process "$(db_pid "$1")" "$1"; }
db_kill() { process_kill "$(db_pid "$1")"; }
db_freeze() { kill -STOP "$(db_pid "$1")"; }
db_thaw() { kill -CONT "$(db_pid "$1")"; }

hosts() {
  local name all=''
  for name in "$@"; do
    if [[ $name == mysql ]]; then all+=,127.0.0.1; else all+=,127.0.0.2; fi
    all+=:${DB_PORT[$name]}
  done
  echo "${all#,}"
}
endpoints_replace() {
  local name
  for name in $(every_endpoint); do
    ! program_running "$name" || endpoint_replace "$name" || fail "$name was not replaced"
  done
}
