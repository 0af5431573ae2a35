# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # variables of setup.bash and databases.bash, and for the tests
# A Galera cluster of three nodes on one machine. Sourced after databases.bash, whose db_q, db_kill, db_freeze and db_thaw take
# the nodes' names as well: node1, node2, node3.
#
#   cluster_start          makes and starts it; the tables and the endpoints' user are in it
#   node_start NAME        one that was killed or stopped joins again, by what it lacks
#   node_is NAME STATE     its wsrep_local_state: 4 is synced
#   node_isolate NAME      cuts it off from the others, both ways; node_rejoin NAME
#   members NAME           how many nodes it sees
#   cluster_is_whole       all three are synced; whole_again waits for it. Where all came apart at once, and so none of
#                          them may go on by itself, it does what an operator would

NODES=(node1 node2 node3)
declare -A GROUP_PORT=()

# A node that says nothing for two seconds is left out.
readonly GALERA_TIMES='evs.keepalive_period=PT0.3S;evs.inactive_check_period=PT0.25S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT6S'

node_options() { # NAME: sets $node_options
  local name all=''
  for name in "${NODES[@]}"; do all+=,127.0.0.2:${GROUP_PORT[$name]}; done
  node_options=(--wsrep-on=ON --wsrep-provider=/usr/lib/galera/libgalera_smm.so --binlog-format=ROW
    --innodb-autoinc-lock-mode=2 --wsrep-cluster-address="gcomm://${all#,}" --wsrep-node-address=127.0.0.2
    --wsrep-node-name="$1" --wsrep-sst-method=ist --innodb-flush-log-at-trx-commit=2
    --wsrep-provider-options="base_port=${GROUP_PORT[$1]};gmcast.listen_addr=tcp://127.0.0.2:${GROUP_PORT[$1]};ist.recv_addr=127.0.0.2:${GROUP_PORT[$1-ist]};gcache.size=64M;$GALERA_TIMES")
}
node_status() { db_q "$1" "SHOW STATUS LIKE '$2'" 2> /dev/null | cut -f 2; }
node_is() { [[ $(node_status "$1" wsrep_local_state) == "$2" && $(node_status "$1" wsrep_ready) == ON ]]; }
members() { node_status "$1" wsrep_cluster_size; }
cluster_is_whole() { local name; for name in "${NODES[@]}"; do node_is "$name" 4 && [[ $(members "$name") == 3 ]] || return 1; done; }

any_is_primary() { local name; for name in "${NODES[@]}"; do [[ $(node_status "$name" wsrep_cluster_status) != Primary ]] || return 0; done; return 1; }
is_whole_or_helped() {
  ! cluster_is_whole || return 0
  ! any_is_primary || alone_since=$SECONDS
  if ((SECONDS - alone_since > 15)); then
    echo "figure: Galera is without a quorum for 15 s: bootstrapped by hand"
    db_q node1 "SET GLOBAL wsrep_provider_options = 'pc.bootstrap=1'" || true
    alone_since=$SECONDS
  fi
  return 1
}
whole_again() {
  alone_since=$SECONDS
  eventually is_whole_or_helped || fail "the cluster is not whole again"
}

# Where the data is: what was committed before the end, however that came.
position_of() { # NAME
  local log node_options=()
  node_options "$1"
  mariadbd --no-defaults "${MYSQL_AS[@]}" --datadir="$STACK_DIR/$1" --socket="$STACK_DIR/$1.sock" \
    --skip-networking "${node_options[@]}" --wsrep-recover --innodb-log-file-size=4M \
    --log-error="$STACK_DIR/$1.recovered" > /dev/null 2>&1 || true
  log=$(tail -n 100 "$STACK_DIR/$1.recovered")
  [[ $log =~ .*Recovered\ position:\ *([0-9a-f-]+:[0-9-]+) ]] || fail "$1 has no position: $(tail -n 3 <<< "$log")"
  echo "${BASH_REMATCH[1]}"
}
node_start() { # NAME [OPTION…]
  local node_options=() position
  position=$(position_of "$1")
  node_options "$1"
  PATH=$LIB:$PATH db_start "$1" "${node_options[@]}" --wsrep-start-position="$position" "${@:2}"
}

# One node gets the data and stops; the others begin with a copy of it.
cluster_start() {
  local name data=$STACK_DIR/node1 node_options=()
  for name in "${NODES[@]}"; do
    DB_PORT[$name]=$(db_free_port)
    GROUP_PORT[$name]=$(db_free_port)
    GROUP_PORT["$name-ist"]=$(db_free_port)
  done
  node_options node1
  db_start node1 "${node_options[@]}" --wsrep-new-cluster
  db_fill node1
  db_stop node1 || fail "node1 does not stop"
  rm -f "$data"/galera.cache "$data"/gvwstate.dat
  cp -a --reflink=auto "$data" "$STACK_DIR/node2"
  cp -a --reflink=auto "$data" "$STACK_DIR/node3"
  node_start node1 --wsrep-new-cluster
  for name in node2 node3; do
    node_start "$name"
    eventually node_is "$name" 4 || fail "$name does not join: $(tail -n 5 "$(log_of "$name")")"
  done
  whole_again
}
node_isolate() { db_q "$1" "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'"; }
node_rejoin() { db_q "$1" "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'"; }
