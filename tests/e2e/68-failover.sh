#!/bin/bash
# Another Redis, another MariaDB takes over the address, while the one from before goes on answering whom it knows: as a
# replica, or read-only. The endpoints follow by themselves, and nothing that ended at the new server is good at the old.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

REDIS2=$STACK_DIR/redis2.sock OLD_REDIS=$STACK_DIR/old-redis.sock OLD_MYSQL=$STACK_DIR/old-mysql.sock
redis2() { redis_at "$REDIS2" --raw "$@"; }
old_redis() { redis_at "$OLD_REDIS" --raw "$@"; }

# Sets $took to the milliseconds until the command succeeds.
takes() { # COMMAND…
  local began=${EPOCHREALTIME/./}
  eventually "$@" || fail "never: $*"
  took=$(((${EPOCHREALTIME/./} - began) / 1000))
}
logs_out() { logout "$1"; [[ $status == 200 ]]; }
logs_in() { # PERSON
  local uuid
  uuid=$(new_uuid)
  api GET "$CALLBACK?code=$(code "person=$1")&state=$uuid"
  [[ $status == 200 ]] || return 1
  poll "$uuid"
  [[ $status == 200 && $body == *'"token"'* ]]
}
denied() { current "$1"; [[ $status == 401 ]]; }
# Connections of every endpoint are open and in use.
warm_up() {
  local i logins=()
  for i in 1 2 3; do
    logs_in "warm$i" &
    logins+=($!)
  done
  wait "${logins[@]}" || fail "a login failed"
  current "$witness"
  assert_status 200
  current "$witness"
  assert_status 200
  current "$leaving"
  assert_status 200
}
two_persons() {
  log_in "$(code person=witness)"
  witness=$token
  log_in "$(code person=leaving)"
  leaving=$token
}

setting LOG_LEVEL=info
start_stack
two_persons
pids_before=$(pids)

it "another Redis takes over the address; the old one is a replica of nobody and keeps its connections"
ln "$STACK_DIR/redis.sock" "$OLD_REDIS"
port=$(free_port)
redis_q CONFIG SET port "$port" > /dev/null
spawn redis2 redis-server "$STACK_DIR/redis-users.conf" --port 0 --unixsocket "$REDIS2" --unixsocketperm 700 --daemonize no --dir "$STACK_DIR/redis" \
  --save '' --logfile '' --replicaof 127.0.0.1 "$port" --masteruser admin --masterauth "$(< "$STACK_DIR/redis-admin")"
in_step() { [[ $(redis2 INFO replication 2> /dev/null) == *master_link_status:up* ]]; }
eventually in_step || fail "the second Redis does not follow the first"
warm_up
redis2 REPLICAOF NO ONE > /dev/null
mv -T "$REDIS2" "$STACK_DIR/redis.sock"
old_redis REPLICAOF 127.0.0.1 1 > /dev/null
REDIS2=$STACK_DIR/redis.sock

it "... logging out works by itself, at the new one"
takes logs_out "$leaving"
echo "figure: Redis taken over: a logout after $took ms"
assert_eq "the old one's role" slave "$(old_redis ROLE | head -n 1)"
noticed() { grep -q 'another Redis is at the address now' "$(log_of current)"; }
takes noticed
echo "figure: Redis taken over: current knows after another $took ms"
current "$leaving"
assert_denied '无效的token'
takes logs_in taken-over
echo "figure: Redis taken over: a login after $took ms"

it "... and so do all others, whose sessions were not touched"
assert_eq "a live token" 200 "$(status_of "$witness")"
log_in "$(code person=leaving)"
leaving=$token
current "$leaving"
assert_status 200

it "... and what is remembered goes by the new one: a token is dead the moment it is logged out"
watched() { current "$witness"; poll "$(new_uuid)"; (($(redis2 PUBSUB NUMSUB __redis__:invalidate | tail -n 1) >= 2)); }
eventually watched || fail "nobody watches the new Redis"
for _ in {1..50}; do
  current "$leaving"
  assert_status 200
  logout "$leaving"
  assert_logged_out
  denied "$leaving" || fail "a token that was logged out is good: $status $body"
  log_in "$(code person=leaving)"
  leaving=$token
done

it "another MariaDB takes over the address; the old one is read-only and keeps its connections"
program_stop mysql
cp -a "$STACK_DIR/mysql" "$STACK_DIR/mysql2"
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
spawn mysql2 mariadbd --no-defaults "${MYSQL_AS[@]}" --datadir="$STACK_DIR/mysql2" --socket="$STACK_DIR/mysql2.sock" \
  --skip-networking --skip-log-bin --pid-file="$STACK_DIR/mysql2/pid" --performance-schema=off \
  --character-set-server=utf8mb4 --innodb-buffer-pool-size=32M --innodb-log-file-size=4M "${MYSQL_OPTIONS[@]}"
mysql2_answers() { mariadb --no-defaults -S "$STACK_DIR/mysql2.sock" -u root -e 'SELECT 1' > /dev/null 2>&1; }
eventually mysql2_answers || fail "no second MariaDB: $(tail -n 5 "$(log_of mysql2)")"
warm_up
ln "$STACK_DIR/mysql.sock" "$OLD_MYSQL"
mv -T "$STACK_DIR/mysql2.sock" "$STACK_DIR/mysql.sock"
mariadb --no-defaults -S "$OLD_MYSQL" -u root -e 'SET GLOBAL read_only = 1'
takes logs_in taken-over-too
echo "figure: MariaDB taken over: a login after $took ms"
assert_eq "users at the new one" 1 "$(mysql_q "SELECT COUNT(*) FROM user_user WHERE nickname = '用户taken-over-too'")"

it "... and what is read goes by the new one: a ban there ends a session"
mysql_q "UPDATE user_user SET is_active = 0 WHERE nickname = '用户leaving'"
takes denied "$leaving"
echo "figure: MariaDB taken over: a banned user refused after $took ms"
assert_denied '用户已被禁用'
assert_eq "the endpoints are the ones from the beginning" "$pids_before" "$(pids)"
