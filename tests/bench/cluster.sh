# shellcheck shell=bash
# The step `cluster`: what the ways to Redis and MySQL cost, `current` for one token and whole logins, in turns:
#   socket     unix sockets, as everywhere else
#   tagged     the same with REDIS_CLUSTER: keys with hash tags
#   tcp        by TCP
#   tls        by TCP and TLS: nginx's stream module in front of Redis, MYSQL_TLS
#   sentinels  by TCP, to the master that three Sentinels name
#   replica    the same, and a replica follows it
#   wait       the same, with REDIS_WAIT_REPLICAS=1
# Sourced by bench.sh. Writes samples of the phase `cluster`, labelled so, and logins labelled cluster-LABEL.

CLUSTER_PROGRAMS=(current login-wx login-wx-callback)

cluster_certificate() {
  CLUSTER_TLS=$STACK_DIR/tls
  mkdir -p "$CLUSTER_TLS"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$CLUSTER_TLS/key.pem" -out "$CLUSTER_TLS/cert.pem" \
    2> /dev/null || fail "no certificate"
}

# Redis and MariaDB listen to TCP as well, and the latter has TLS, from their start on.
cluster_prepare() {
  cluster_certificate
  CLUSTER_REDIS=$(free_port) CLUSTER_REDIS_TLS=$(free_port) CLUSTER_MYSQL=$(free_port)
  redis_admin CONFIG SET bind 127.0.0.1 port "$CLUSTER_REDIS" > /dev/null
  redis_admin CONFIG SET tls-cert-file "$CLUSTER_TLS/cert.pem" tls-key-file "$CLUSTER_TLS/key.pem" tls-auth-clients no \
    tls-ca-cert-file "$CLUSTER_TLS/cert.pem" tls-port "$CLUSTER_REDIS_TLS" > /dev/null
  program_stop mysql
  MYSQL_OPTIONS+=(--skip-networking=0 --bind-address=127.0.0.1 "--port=$CLUSTER_MYSQL" "--ssl-cert=$CLUSTER_TLS/cert.pem"
    "--ssl-key=$CLUSTER_TLS/key.pem")
  mysql_start bench || fail "no MariaDB by TCP"
  cat > "$STACK_DIR/bridge.conf" << END
load_module $MODULES/ngx_stream_module.so;
daemon off;
worker_processes 1;
pid $STACK_DIR/bridge-pid;
error_log $STACK_DIR/log/bridge-errors.log;
events { }
$( ((EUID != 0)) || echo 'user root;')
stream {
  server {
    listen unix:$STACK_DIR/redis-tls.sock;
    proxy_pass 127.0.0.1:$CLUSTER_REDIS_TLS;
    proxy_ssl on;
    proxy_ssl_verify on;
    proxy_ssl_name localhost;
    proxy_ssl_trusted_certificate $CLUSTER_TLS/cert.pem;
  }
}
END
  spawn bridge nginx -p "$STACK_DIR/" -c "$STACK_DIR/bridge.conf" -e "$STACK_DIR/log/bridge-errors.log"
  local n port
  CLUSTER_SENTINELS=''
  for n in 1 2 3; do
    port=$(free_port)
    CLUSTER_SENTINELS+=,127.0.0.1:$port
    printf '%s\n' "port $port" 'bind 127.0.0.1' "dir $STACK_DIR" "sentinel monitor bench 127.0.0.1 $CLUSTER_REDIS 2" \
      > "$STACK_DIR/sentinel$n.conf"
    spawn "sentinel$n" redis-server "$STACK_DIR/sentinel$n.conf" --sentinel
    wait_until "$STACK_WAIT" cluster_answers "$port" || fail "no Sentinel"
  done
  CLUSTER_SENTINELS=${CLUSTER_SENTINELS#,}
  wait_until "$STACK_WAIT" test -S "$STACK_DIR/redis-tls.sock" || fail "no way by TLS"
}
cluster_answers() { redis-cli -p "$1" PING > /dev/null 2>&1; }

cluster_replica() {
  local port
  port=$(free_port)
  mkdir -p "$STACK_DIR/replica"
  spawn replica redis-server --port "$port" --bind 127.0.0.1 --dir "$STACK_DIR/replica" --save '' \
    --repl-diskless-sync-delay 0 --replicaof 127.0.0.1 "$CLUSTER_REDIS"
  wait_until "$STACK_WAIT" cluster_follows || fail "no replica"
}
cluster_follows() { [[ $(redis_admin INFO replication) == *state=online* ]]; }

# shellcheck disable=SC2034 # ENDPOINT_ENV is for endpoint_replace
cluster_way() { # LABEL
  local name tcp=(REDIS_SOCKET= "REDIS_PORT=$CLUSTER_REDIS" MYSQL_SOCKET= "MYSQL_PORT=$CLUSTER_MYSQL")
  local sentinels=("${tcp[@]}" "REDIS_SENTINELS=$CLUSTER_SENTINELS" REDIS_MASTER_NAME=bench)
  case $1 in
    socket) ENDPOINT_ENV=() ;;
    tagged) ENDPOINT_ENV=(REDIS_CLUSTER=1) ;;
    tcp) ENDPOINT_ENV=("${tcp[@]}") ;;
    tls) ENDPOINT_ENV=("${tcp[@]}" "REDIS_SOCKET=$STACK_DIR/redis-tls.sock" MYSQL_TLS=verify
      "MYSQL_CA_FILE=$CLUSTER_TLS/cert.pem") ;;
    sentinels | replica) ENDPOINT_ENV=("${sentinels[@]}") ;;
    wait) ENDPOINT_ENV=("${sentinels[@]}" REDIS_WAIT_REPLICAS=1) ;;
  esac
  for name in "${CLUSTER_PROGRAMS[@]}"; do endpoint_replace "$name" || fail "no $name by $1"; done
}

cluster_rounds() { # LABEL…
  local round way ways=("$@")
  for ((round = 0; round < FEW_ROUNDS; round++)); do
    for way in "${ways[@]}"; do
      cluster_way "$way"
      measure cluster current 16 "$SECONDS_EACH" "$way"
      logins "cluster-$way" 64 "$LOGIN_SECONDS" ""
    done
    mapfile -t ways < <(printf '%s\n' "${ways[@]}" | tac)
  done
}

measure_cluster() {
  cluster_prepare
  cluster_rounds socket tagged tcp tls sentinels
  cluster_replica
  cluster_rounds replica wait
  cluster_way socket
  program_stop replica
}
