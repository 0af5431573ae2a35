# shellcheck shell=bash
# A private stack in one directory: MariaDB, Redis, the endpoints and nginx. Sourced by tools/demo and tests/lib/setup.bash.
#
#   stack_init DIR BUILD_DIR TEMPLATE_DIR    before anything else
#   mysql_start  redis_start  nginx_start LISTEN SANDBOX_PORT  nginx_reload LISTEN SANDBOX_PORT
#   endpoint_start NAME      endpoint_replace NAME (without a failed request)
#   program_stop NAME        program_running NAME       pid_of NAME
#
# In DIR: NAME.pid and NAME.sock of each program, env (the endpoints' settings), log/, and the data of mysql, redis
# and nginx. A function that fails prints one line saying why (and the program's own lines), and returns 1. Every wait
# has an end. DIR and all in it are for this user alone: the sockets ask nobody for a password.

STACK_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
STACK_WAIT=${STACK_WAIT:-30} # seconds that a program has for starting, and for ending
PATH=$PATH:/usr/sbin:/sbin
# Of the script that shows the QR code, at WeChat and at the sandbox.
# shellcheck disable=SC2034 # for those who source this
WX_JS_PATH=/connect/zh_CN/htmledition/js/wxLogin.js
NGINX_CONNECTIONS=${NGINX_CONNECTIONS:-4096} # of each worker of nginx's: two for each request, also for one that is held
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY

say_error() { echo "${0##*/}: $*" >&2; }

# wait_until SECONDS COMMAND…: runs COMMAND until it succeeds; fails when the time is over.
wait_until() {
  local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
  shift
  until "$@"; do
    ((${EPOCHREALTIME/./} < end)) || return 1
    sleep 0.02
  done
}

stack_init() { # DIR BUILD_DIR TEMPLATE_DIR
  (umask 077 && mkdir -p "$1") || return 1
  STACK_DIR=$(cd "$1" && pwd -P) BUILD_DIR=$(cd "$2" && pwd -P) TEMPLATES=$(cd "$3" && pwd -P) || return 1
  if [[ ! $STACK_DIR$BUILD_DIR$TEMPLATES =~ ^[A-Za-z0-9/._+=@-]*$ ]]; then
    say_error "the paths $STACK_DIR, $BUILD_DIR and $TEMPLATES may only have letters, digits and / . _ + = @ -"
    return 1
  fi
  local longest=$STACK_DIR/login-oauth-callback.sock.new
  if ((${#longest} > 107)); then
    say_error "$STACK_DIR is too long a path for unix sockets: $longest has ${#longest} bytes, 107 are possible"
    return 1
  fi
  chmod 700 "$STACK_DIR"
  # As many connections as nginx is configured for, and as many descriptors for what else is open.
  ulimit -S -n $((2 * NGINX_CONNECTIONS)) 2> /dev/null || true
  mkdir -p "$STACK_DIR"/{bin,log,nginx,redis,mysql,mysql-tmp}
}

# ---- processes ------------------------------------------------------------------------------------

# spawn NAME COMMAND…: runs it in the background, in a session of its own, its output in log/NAME.log. With SPAWN_ENV
# set to NAME=VALUE… that is its whole environment (not given by `env`, whose arguments everybody can read).
spawn() {
  local name=$1 variable stat=()
  shift
  reap
  (
    cd "$STACK_DIR" || exit
    if ((${#SPAWN_ENV[@]})); then
      for variable in $(compgen -e); do [[ $variable == PATH ]] || unset "$variable"; done
      export "${SPAWN_ENV[@]}"
    fi
    exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
    exec setsid "$@" < /dev/null >> "log/$name.log" 2>&1
  ) &
  proc_stat $! || true
  SPAWNED[$!]="$name ${stat[19]:-}"
  echo $! > "$STACK_DIR/$name.pid"
}
SPAWN_ENV=()

# What spawn started and has not been seen to end: PID → NAME and start time. Whoever has ended is asked for the exit
# status at the next chance, and moves to ENDED (STATUS PID NAME): after as many processes as there are pids the shell has
# forgotten the status, and the pid is somebody else's.
declare -A SPAWNED=()
ENDED=()
reap() {
  local pid name start status
  for pid in "${!SPAWNED[@]}"; do
    read -r name start <<< "${SPAWNED[$pid]}"
    process_gone "$pid" "$start" || continue
    status=0
    wait "$pid" 2> /dev/null || status=$?
    ENDED+=("$status $pid $name")
    unset "SPAWNED[$pid]"
  done
}

# A pid counts only if that process still is the program, of this directory. Where an endpoint works is for root alone
# to see (base/private_memory.h), but it is started by a name in this directory.
pid_is() { # PID NAME
  local cwd arg0=''
  IFS= read -r -d '' arg0 2> /dev/null < "/proc/$1/cmdline" || [[ -n $arg0 ]] || return 1
  [[ $arg0 != "$STACK_DIR/bin/$2" ]] || return 0
  cwd=$(readlink "/proc/$1/cwd" 2> /dev/null) && [[ $cwd == "$STACK_DIR"* ]] || return 1
  case $2 in
    mysql) [[ $arg0 == *mariadbd || $arg0 == *mysqld ]] ;;
    redis) [[ $arg0 == *redis-server* ]] ;;
    nginx) [[ $arg0 == nginx:* ]] ;;
    *) [[ $arg0 =~ ^(.*/)?(bash|setsid|spawn-fcgi|${ENDPOINT_UNDER[0]:-bash}(\.bin)?)$ ]] ;; # on its way to it
  esac
}
pid_of() { # NAME
  local pid
  read -r pid 2> /dev/null < "$STACK_DIR/$1.pid" && pid_is "$pid" "$1" && echo "$pid"
}
program_running() { pid_of "$1" > /dev/null; }
# proc_stat PID: sets $stat to the fields of /proc/PID/stat from the state on.
proc_stat() {
  local line
  IFS= read -r line 2> /dev/null < "/proc/$1/stat" && read -ra stat <<< "${line##*) }"
}
# It has ended; that nobody asked for its exit status yet does not matter. With START, its start time: nor does it that
# another process has the pid.
process_gone() { # PID [START]
  local stat=()
  proc_stat "$1" || return 0
  [[ ${stat[0]} == Z || (-n ${2-} && ${stat[19]} != "$2") ]]
}

end_process() { # PID NAME
  local status=0
  kill -TERM "$1" 2> /dev/null || return 0
  if ! wait_until "$STACK_WAIT" process_gone "$1"; then
    say_error "$2 (pid $1) did not end within $STACK_WAIT s; killed"
    kill -KILL "$1" 2> /dev/null
    status=1
  fi
  reap
  return $status
}

program_stop() { # NAME
  local pid status=0
  if pid=$(pid_of "$1"); then end_process "$pid" "$1" || status=1; fi
  rm -f "$STACK_DIR/$1.pid" "$STACK_DIR/$1.sock" "$STACK_DIR/$1.sock.new"
  return $status
}

# settled NAME PID READY…: true once READY succeeds, or once the process is gone (then the caller looks).
settled() { local pid=$2; shift 2; process_gone "$pid" || "$@" > /dev/null 2>&1; }

# await NAME PID LINE READY…: waits until the program answers; else shows what it wrote since LINE of its log.
await() {
  local name=$1 pid=$2 line=$3
  shift 3
  wait_until "$STACK_WAIT" settled "$name" "$pid" "$@" || true
  ! process_gone "$pid" && "$@" > /dev/null 2>&1 && return
  local said
  said=$(tail -n "+$((line + 1))" "$STACK_DIR/log/$name.log" | tail -n 15)
  [[ $said != *$'\n'* ]] || said=$'\n'$said
  say_error "$name did not start: ${said:-no answer within $STACK_WAIT s, and nothing in its log}"
  return 1
}
log_lines() { if [[ -f $STACK_DIR/log/$1.log ]]; then wc -l < "$STACK_DIR/log/$1.log"; else echo 0; fi; }

# need COMMAND…: one line for what is not installed.
need() {
  local command missing=()
  for command in "$@"; do command -v "$command" > /dev/null || missing+=("$command"); done
  ((${#missing[@]} == 0)) || { say_error "not installed: ${missing[*]} (tools/packages run installs them)"; return 1; }
}

# ---- MariaDB --------------------------------------------------------------------------------------

mysql_admin() { mariadb --no-defaults --batch --skip-column-names --default-character-set=utf8mb4 -S "$STACK_DIR/mysql.sock" -u root "$@"; }

# An empty data directory takes a second to make: it is made once, and copied.
mysql_template() {
  local template=$STACK_ROOT/build/mysql-template
  mkdir -p "$STACK_ROOT/build"
  (
    flock -w 900 8 || exit 1
    [[ -d $template ]] && exit
    rm -rf "$template.new"
    mariadb-install-db --no-defaults "${MYSQL_AS[@]}" --datadir="$template.new" --skip-test-db \
      --auth-root-authentication-method=normal --innodb-log-file-size=4M > "$template.log" 2>&1 &&
      mv "$template.new" "$template"
  ) 8> "$template.lock" || { say_error "mariadb-install-db failed:"; tail -n 5 "$template.log" >&2; return 1; }
}

# mysql_start [PASSWORD]: creates the database and its user when they are not there yet; without PASSWORD the server is
# all there is.
mysql_start() {
  need mariadbd mariadb mariadb-install-db || return 1
  MYSQL_AS=()
  ((EUID != 0)) || MYSQL_AS=(--user=root)
  if [[ ! -d $STACK_DIR/mysql/mysql ]]; then
    mysql_template && rm -rf "$STACK_DIR/mysql" &&
      cp -a --reflink=auto "$STACK_ROOT/build/mysql-template" "$STACK_DIR/mysql" || return 1
  fi
  local line
  line=$(log_lines mysql)
  # Each MariaDB that starts deletes the temporary tables in its tmpdir: in /tmp, those of all that run.
  spawn mysql mariadbd --no-defaults "${MYSQL_AS[@]}" --datadir="$STACK_DIR/mysql" --socket="$STACK_DIR/mysql.sock" \
    --tmpdir="$STACK_DIR/mysql-tmp" \
    --skip-networking --skip-log-bin --pid-file="$STACK_DIR/mysql/pid" --performance-schema=off \
    --character-set-server=utf8mb4 --innodb-buffer-pool-size=32M --innodb-log-file-size=4M \
    --max-connections=300 "${MYSQL_OPTIONS[@]}"
  await mysql "$!" "$line" mysql_admin -e "SELECT 1" || return 1
  (($#)) || return 0
  mysql_admin -e "CREATE DATABASE IF NOT EXISTS scanlogin CHARACTER SET utf8mb4" &&
    mysql_admin scanlogin < "$STACK_ROOT/sql/schema.sql" && mysql_admin <<SQL
CREATE OR REPLACE USER scanlogin@localhost IDENTIFIED BY '$1';
GRANT SELECT, INSERT, UPDATE, DELETE ON scanlogin.user_user TO scanlogin@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON scanlogin.user_oauth TO scanlogin@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON scanlogin.user_audit TO scanlogin@localhost;
SQL
}
MYSQL_OPTIONS=()

# ---- Redis ----------------------------------------------------------------------------------------

redis_admin() { redis-cli -s "$STACK_DIR/redis.sock" "$@"; }
redis_answers() { [[ $(redis_admin ping 2> /dev/null) == PONG ]]; }

# redis_start [OPTION…]
# shellcheck disable=SC2120 # the tests give none
redis_start() {
  need redis-server redis-cli || return 1
  local line
  line=$(log_lines redis)
  spawn redis redis-server --port 0 --unixsocket "$STACK_DIR/redis.sock" --unixsocketperm 700 --daemonize no \
    --dir "$STACK_DIR/redis" --save '' --logfile '' "$@"
  await redis "$!" "$line" redis_answers
}

# ---- endpoints ------------------------------------------------------------------------------------

# One real request over the endpoint's socket. No endpoint does anything for a GET without parameters.
endpoint_answers() { # SOCKET
  local reply
  reply=$(env -i REQUEST_METHOD=GET QUERY_STRING='' timeout 5 cgi-fcgi -bind -connect "$1" 2> /dev/null) &&
    [[ $reply == *:* ]]
}

# The lines NAME="VALUE" of a settings file, as NAME=VALUE.
settings_in() { sed -En 's/^([A-Z_0-9]+)="(.*)"$/\1=\2/p' "$1"; }

# Starts NAME on a socket, with the settings of DIR/env and nothing else in its environment but ENDPOINT_ENV
# (NAME=VALUE…), under the command ENDPOINT_UNDER, if there is one: valgrind and its options, say.
ENDPOINT_ENV=() ENDPOINT_UNDER=()
endpoint_spawn() { # NAME SOCKET
  local name=$1 socket=$2 line variable SPAWN_ENV
  [[ -x $BUILD_DIR/$name ]] || { say_error "$BUILD_DIR/$name is not built"; return 1; }
  mapfile -t SPAWN_ENV < <(settings_in "$STACK_DIR/env")
  for variable in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS; do
    [[ -z ${!variable:-} ]] || SPAWN_ENV+=("$variable=${!variable}")
  done
  rm -f "$socket"
  line=$(log_lines "$name")
  SPAWN_ENV+=("LC_ALL=C.UTF-8" "${ENDPOINT_ENV[@]}")
  ln -sfn "$BUILD_DIR/$name" "$STACK_DIR/bin/$name"
  spawn "$name" spawn-fcgi -n -s "$socket" -- "${ENDPOINT_UNDER[@]}" "$STACK_DIR/bin/$name"
  await "$name" "$!" "$line" endpoint_answers "$socket"
}

endpoint_start() { # NAME
  need spawn-fcgi cgi-fcgi || return 1
  endpoint_spawn "$1" "$STACK_DIR/$1.sock" && return
  program_stop "$1"
  return 1
}

# The new process answers on a socket beside the old one's before it takes its place, so that no request meets a gap.
# If it does not start, the old one stays.
endpoint_replace() { # NAME
  local old new
  old=$(pid_of "$1") || { endpoint_start "$1"; return; }
  if ! endpoint_spawn "$1" "$STACK_DIR/$1.sock.new"; then
    new=$(pid_of "$1") && end_process "$new" "$1"
    echo "$old" > "$STACK_DIR/$1.pid"
    rm -f "$STACK_DIR/$1.sock.new"
    return 1
  fi
  mv -T "$STACK_DIR/$1.sock.new" "$STACK_DIR/$1.sock" && end_process "$old" "$1"
}

# ---- nginx ----------------------------------------------------------------------------------------

free_port() {
  perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 0, Listen => 1)
    or exit 1; print $s->sockport, "\n"'
}
port_is_free() { # PORT
  perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Listen => 1,
    ReuseAddr => 1)' "$1"
}

NGINX_LIMITS=on # off: without the limits per client address
nginx_command() { nginx -c "$STACK_DIR/nginx/nginx.conf" -p "$STACK_DIR/nginx/" -e "$STACK_DIR/log/nginx-error.log" "$@"; }

# A page's headers, with the sandbox for WeChat's hosts unless WEIXIN=real.
WEIXIN=sandbox
page_headers() { # FILE SANDBOX_PORT
  local sandbox=http://127.0.0.1:$2 page=$STACK_ROOT/nginx/$1
  [[ $WEIXIN == sandbox ]] || { cat "$page"; return; }
  sed -e "s#https://res\.wx\.qq\.com#$sandbox#; s#https://open\.weixin\.qq\.com#$sandbox#" \
    -e "s#http://\*\.qlogo\.cn#$sandbox#" "$page"
}

# A file with locations of somebody's own, for the site's server block.
SITE_CONF=''
nginx_configure() { # LISTEN SANDBOX_PORT
  local file said user='' unlimited='/^ *limit_(req|conn) /d'
  [[ $NGINX_LIMITS == off ]] || unlimited=''
  ((EUID != 0)) || user='user root;' # the sockets are this user's alone
  for file in "$STACK_ROOT"/nginx/scanlogin-*.conf; do
    file=${file##*/}
    if [[ $file == *page.conf ]]; then page_headers "$file" "$2" > "$STACK_DIR/nginx/$file"; continue; fi
    sed -E -e "$unlimited" -e "s#/run/scanlogin/#$STACK_DIR/#; s#/var/log/nginx/scanlogin.log#$STACK_DIR/log/nginx-access.log#" \
      "$STACK_ROOT/nginx/$file" > "$STACK_DIR/nginx/$file"
  done
  sed -e "s#@DIR@#$STACK_DIR#; s#@USER@#$user#; s#@LISTEN@#$1#; s#@SANDBOX_PORT@#$2#; s#@TEMPLATES@#$TEMPLATES#" \
    -e "s#@WORKERS@#${NGINX_WORKERS:-auto}#; s#@CONNECTIONS@#$NGINX_CONNECTIONS#; s#@SITE@#${SITE_CONF:+include $SITE_CONF;}#" \
    "$STACK_ROOT/nginx/demo.conf.in" > "$STACK_DIR/nginx/nginx.conf"
  said=$(cd "$STACK_DIR" && nginx_command -t -q 2>&1) && return
  say_error "nginx refuses its configuration: $(sed -n "/\[emerg\]/ { s/^nginx: \[emerg\] //p; q }" <<< "$said")"
  return 1
}

nginx_start() { # LISTEN SANDBOX_PORT
  need nginx || return 1
  rm -f "$STACK_DIR/http.sock"
  nginx_configure "$@" || return 1
  local said
  said=$(cd "$STACK_DIR" && nginx_command 2>&1 8>&- 9>&-) && wait_until "$STACK_WAIT" program_running nginx && return
  say_error "nginx did not start: $(grep -m 1 emerg <<< "$said" || tail -n 1 <<< "$said")"
  return 1
}

# The workers that serve now finish what they have; the new ones take the sockets over.
nginx_reload() { # LISTEN SANDBOX_PORT
  local pid
  pid=$(pid_of nginx) || { nginx_start "$@"; return; }
  nginx_configure "$@" && kill -HUP "$pid"
}
