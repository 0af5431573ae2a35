# shellcheck shell=bash
# A private stack in one directory: MariaDB, Redis, the endpoints and nginx. Sourced by tools/demo and tests/lib/setup.bash.
# bin/scanlogin-spawn has what starts, replaces and stops an endpoint, and what else is about processes.
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
# Not followed: each script that sources this would be checked with all of it once more.
# shellcheck source=/dev/null
. "$STACK_ROOT/bin/scanlogin-spawn"
# So it does not see that what scripts set for that file is used.
declare -A ENDPOINT_ON
# shellcheck disable=SC2153
: "${ENDPOINT_ENV[@]}" "${ENDPOINT_UNDER[@]}" "${SPAWN_ENV[@]}" "${!ENDPOINT_ON[@]}"
STACK_WAIT=${STACK_WAIT:-30} # seconds that a program has for starting, and for ending
PATH=$PATH:/usr/sbin:/sbin
# Of the script that shows the QR code, at WeChat and at the sandbox.
# shellcheck disable=SC2034 # for those who source this
WX_JS_PATH=/connect/zh_CN/htmledition/js/wxLogin.js
NGINX_CONNECTIONS=${NGINX_CONNECTIONS:-4096} # of each worker of nginx's: two for each request, also for one that is held
# shellcheck disable=SC2034 # for scanlogin-spawn
NEED_HINT='tools/packages run installs them'
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY

stack_init() { # DIR BUILD_DIR TEMPLATE_DIR
  (umask 077 && mkdir -p "$1") || return 1
  STACK_DIR=$(cd "$1" && pwd -P) BUILD_DIR=$(cd "$2" && pwd -P) TEMPLATES=$(cd "$3" && pwd -P) || return 1
  # shellcheck disable=SC2034 # for scanlogin-spawn
  SPAWN_LOGS=$STACK_DIR/log SPAWN_SETTINGS=$STACK_DIR/env
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

# Of the stack's own file every line is NAME="VALUE", and a value may have whatever a shell would read otherwise.
settings_in() { sed -En 's/^([A-Z_0-9]+)="(.*)"$/\1=\2/p' "$1"; }

# What the stack's servers are called.
is_called() { # NAME ARG0
  case $1 in
    mysql) [[ $2 == *mariadbd || $2 == *mysqld ]] ;;
    redis) [[ $2 == *redis-server* ]] ;;
    nginx) [[ $2 == nginx:* ]] ;;
    *) endpoint_is_called "$@" ;;
  esac
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

# scanlogin-migrate on a database, as root.
mysql_migrate() { # DATABASE ARG…
  env -i PATH="$PATH" LC_ALL=C.UTF-8 MYSQL_DATABASE="$1" "$BUILD_DIR/scanlogin-migrate" --user root \
    --socket "$STACK_DIR/mysql.sock" "${@:2}"
}
# One that an earlier version made is brought up to date.
mysql_fill() { # DATABASE
  if [[ -z $(mysql_admin "$1" -e 'SHOW TABLES') ]]; then
    mysql_admin "$1" < "$STACK_ROOT/sql/schema.sql"
  else
    mysql_migrate "$1" up > /dev/null
  fi
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
    mysql_fill scanlogin &&
    mysql_admin <<< "CREATE OR REPLACE USER scanlogin@localhost IDENTIFIED BY '$1'" &&
    mysql_admin scanlogin < "$STACK_ROOT/sql/grants.sql"
}
MYSQL_OPTIONS=()

# ---- Redis ----------------------------------------------------------------------------------------

# The password of Redis's user scanlogin, whose rights are in redis/scanlogin-user.conf. Without one, whoever reaches the socket
# may do everything.
REDIS_SECRET=''
redis_at() { # SOCKET [ARG…]: as the user who may do everything
  local as=() REDISCLI_AUTH
  if REDISCLI_AUTH=$(cat "$STACK_DIR/redis-admin" 2> /dev/null); then as=(--user admin); export REDISCLI_AUTH; fi
  redis-cli -s "$1" "${as[@]}" "${@:2}"
}
redis_admin() { redis_at "$STACK_DIR/redis.sock" "$@"; }
redis_answers() { [[ $(redis_admin ping 2> /dev/null) == PONG ]]; }

# Who may do what there. In redis.conf's form, so that no password is on a command line.
redis_users() {
  rm -f "$STACK_DIR/redis-admin"
  [[ -n $REDIS_SECRET ]] || return 0
  (
    umask 077
    perl -e 'open F, "/dev/urandom"; read F, $b, 16; print unpack("H*", $b)' > "$STACK_DIR/redis-admin"
    echo "user default off ~* &* +@all" # the rights are for Redis itself, see redis/scanlogin-user.conf
    echo "user admin on #$(sha256_of_input < "$STACK_DIR/redis-admin") ~* &* +@all"
    redis_user
  )
}
redis_user() {
  sed -n "/^user /s/#PASSWORD-SHA256/#$(printf %s "$REDIS_SECRET" | sha256_of_input)/p" "$STACK_ROOT/redis/scanlogin-user.conf"
}
sha256_of_input() { sha256sum | cut -d ' ' -f 1; }

# redis_start [OPTION…]: with REDIS_MODE=cluster the only node of a cluster, whose endpoints have REDIS_CLUSTER=1.
REDIS_MODE=${REDIS_MODE:-}
redis_serves() { redis_answers && { [[ $REDIS_MODE != cluster || $(redis_admin CLUSTER INFO) == *cluster_state:ok* ]]; }; }
# shellcheck disable=SC2120 # the tests give none
redis_start() {
  need redis-server redis-cli || return 1
  local line mode=()
  # The nodes of a cluster have a port for one another.
  [[ $REDIS_MODE != cluster ]] || mode=(--cluster-enabled yes --bind 127.0.0.1 --cluster-port "$(free_port)")
  line=$(log_lines redis)
  redis_users > "$STACK_DIR/redis-users.conf" || return 1
  spawn redis redis-server "$STACK_DIR/redis-users.conf" --port 0 --unixsocket "$STACK_DIR/redis.sock" --unixsocketperm 700 --daemonize no \
    --dir "$STACK_DIR/redis" --save '' --logfile '' "${mode[@]}" "$@"
  await redis "$!" "$line" redis_answers || return 1
  [[ $REDIS_MODE == cluster ]] || return 0
  [[ $(redis_admin CLUSTER INFO) == *cluster_slots_assigned:16384* ]] ||
    redis_admin CLUSTER ADDSLOTSRANGE 0 16383 > /dev/null || return 1
  await redis "$!" "$line" redis_serves
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

# Where nginx finds an endpoint: NAME → HOST:PORT…, one for each host that has it, as docs/cluster.md has it. Without an
# entry, on its unix socket.
declare -A UPSTREAM=()
UPSTREAM_OPTIONS='max_fails=3 fail_timeout=30s'
upstream_servers() { # a sed script
  local name server
  for name in "${!UPSTREAM[@]}"; do
    # shellcheck disable=SC2028 # they are sed's
    echo "s#^( *)server unix:/run/scanlogin/$name\\.sock;#\\1zone scanlogin-$name 64k;$(
      for server in ${UPSTREAM[$name]}; do printf '\\n\\1server %s;' "$server${UPSTREAM_OPTIONS:+ $UPSTREAM_OPTIONS}"; done)#"
  done
}

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
    sed -E -e "$unlimited" -e "$(upstream_servers)" -e "s#/run/scanlogin/#$STACK_DIR/#; s#/var/log/nginx/scanlogin.log#$STACK_DIR/log/nginx-access.log#" \
      -e "s#/usr/local/share/scanlogin/templates#$TEMPLATES#g; s#/etc/scanlogin/templates#$STACK_DIR/templates#g" \
      -e "s#/usr/local/share/scanlogin#$STACK_ROOT/docs#" \
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
