# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.bash, and for the tests
# Sourced after setup.bash and docs.bash: the stack's Redis is a master with two replicas, watched by three Sentinels, all
# configured as docs/cluster.md says. Each of the three is reached through a network of its own (forward.pl), which can be
# cut.
#
#   start_stack            starts all of it, and points the endpoints at the Sentinels
#   master                 prints which of the nodes 1, 2 and 3 the Sentinels name
#   node N ARG…            redis-cli at a node, past its network; redis_q: at the master
#   node_kill N   node_freeze N   node_cut_off N      and what undoes each: node_start N   node_thaw N   node_reconnect N
#   sentinel_start N       sentinel N ARG…: redis-cli at it
#   all_in_step            the two others are the master's replicas, and have all that it has
#   moves_from N           waits until every Sentinel names another master

MASTER_NAME=scanlogin
declare -A NODE_PORT=() NODE_PID=() NETWORK_PORT=() NETWORK_PID=() SENTINEL_PORT=()

node() { redis_at "$STACK_DIR/node$1.sock" --raw "${@:2}"; }
redis_admin() { redis_at "$STACK_DIR/node$(master).sock" "$@"; }
SENTINEL_SECRET="sentinel's secret"
sentinel() { REDISCLI_AUTH=$SENTINEL_SECRET redis-cli -p "${SENTINEL_PORT[$1]}" --raw "${@:2}"; } # N ARG…

master_by() { # SENTINEL
  local n port
  port=$(sentinel "$1" SENTINEL GET-MASTER-ADDR-BY-NAME "$MASTER_NAME" 2> /dev/null | tail -n 1)
  for n in 1 2 3; do [[ ${NETWORK_PORT[$n]} != "$port" ]] || echo "$n"; done
}
master() { master_by 1; }
names_another() { # NODE
  local n named
  for n in 1 2 3; do
    named=$(master_by "$n")
    [[ -n $named && $named != "$1" ]] || return 1
  done
}
moves_from() { eventually names_another "$1" || fail "the Sentinels keep node $1: $(tail -n 5 "$(log_of sentinel1)")"; }

all_in_step() {
  local info
  info=$(redis_admin INFO replication 2> /dev/null)
  [[ $(grep -c 'state=online,.*lag=[01]' <<< "$info") == 2 ]]
}

node_answers() { [[ $(node "$1" PING 2> /dev/null) == PONG ]]; }
node_start() { # N
  mkdir -p "$STACK_DIR/node$1"
  spawn "node$1" redis-server "$STACK_DIR/node$1.conf"
  NODE_PID[$1]=$!
  eventually node_answers "$1" || fail "node $1 does not start: $(tail -n 5 "$(log_of "node$1")")"
}
node_kill() { process_kill "${NODE_PID[$1]}"; }
node_freeze() { kill -STOP "${NODE_PID[$1]}"; }
node_thaw() { kill -CONT "${NODE_PID[$1]}"; }
node_cut_off() { kill -STOP "${NETWORK_PID[$1]}"; }
node_reconnect() { kill -CONT "${NETWORK_PID[$1]}"; }

listens() { sentinel "$1" PING > /dev/null 2>&1; }

sentinel_start() { spawn "sentinel$1" redis-server "$STACK_DIR/sentinel$1.conf" --sentinel; } # N

know_one_another() {
  local n
  for n in 1 2 3; do
    [[ $(sentinel "$n" SENTINEL CKQUORUM "$MASTER_NAME" 2>&1) == OK\ 3* ]] || return 1
  done
}
redis_start() {
  local n
  need redis-server redis-cli || return 1
  redis_users > "$STACK_DIR/redis-users.acl" || return 1
  for n in 1 2 3; do NODE_PORT[$n]=$(free_port) NETWORK_PORT[$n]=$(free_port) SENTINEL_PORT[$n]=$(free_port); done
  for n in 1 2 3; do
    doc_block cluster.md redis | sed "s#/etc/redis/users.acl#$STACK_DIR/redis-users.acl#" > "$STACK_DIR/node$n.conf"
    cat >> "$STACK_DIR/node$n.conf" << END
port ${NODE_PORT[$n]}
bind 127.0.0.1
unixsocket $STACK_DIR/node$n.sock
dir $STACK_DIR/node$n
masteruser admin
masterauth $(< "$STACK_DIR/redis-admin")
save ""
replica-announce-ip 127.0.0.1
replica-announce-port ${NETWORK_PORT[$n]}
END
    ((n == 1)) || echo "replicaof 127.0.0.1 ${NETWORK_PORT[1]}" >> "$STACK_DIR/node$n.conf"
    spawn "network$n" perl "$LIB/forward.pl" "${NETWORK_PORT[$n]}" "${NODE_PORT[$n]}"
    NETWORK_PID[$n]=$!
    node_start "$n"
  done
  for n in 1 2 3; do
    doc_block cluster.md sentinel | sed "s/port 26379/port ${SENTINEL_PORT[$n]}/
      s/redis1.example.com 6379/127.0.0.1 ${NETWORK_PORT[1]}/" > "$STACK_DIR/sentinel$n.conf"
    cat >> "$STACK_DIR/sentinel$n.conf" << END
bind 127.0.0.1
dir $STACK_DIR
sentinel auth-user $MASTER_NAME admin
sentinel auth-pass $MASTER_NAME $(< "$STACK_DIR/redis-admin")
requirepass "$SENTINEL_SECRET"
END
    sentinel_start "$n"
  done
  for n in 1 2 3; do eventually listens "$n" || fail "no Sentinel $n"; done
  eventually know_one_another || fail "the Sentinels do not find one another"
  eventually all_in_step || fail "the replicas do not follow"
  setting REDIS_SOCKET= REDIS_MASTER_NAME=$MASTER_NAME "REDIS_SENTINEL_PASSWORD=$SENTINEL_SECRET" \
    "REDIS_SENTINELS=127.0.0.1:${SENTINEL_PORT[1]},127.0.0.1:${SENTINEL_PORT[2]},127.0.0.1:${SENTINEL_PORT[3]}"
}
