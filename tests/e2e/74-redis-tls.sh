#!/bin/bash
# Redis by TLS: nginx and stunnel as docs/cluster.md shows them, in front of a program that has no TLS for Redis itself; and
# REDIS_TLS where the build has it. Only a server with the right certificate is talked to. One that expires is 503, and all
# is well by itself once it was renewed.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"
. "$(dirname "$0")/../lib/certificates.bash"
. "$(dirname "$0")/../lib/docs.bash"

mkdir "$test_dir/tls"
cd "$test_dir/tls"
NOW='20200101000000Z 21000101000000Z' HOST=DNS:localhost,IP:127.0.0.1
make_authority trusted
make_authority unknown
make_certificate right trusted $HOST "$NOW"
make_certificate renewed trusted $HOST "$NOW"
make_certificate expired trusted $HOST '20200101000000Z 20210101000000Z'
make_certificate other-host trusted DNS:other.example,IP:127.0.0.2 "$NOW"
make_certificate unknown-authority unknown $HOST "$NOW"
make_certificate client trusted DNS:client "$NOW"
tls=$test_dir/tls port=$(free_port) bridge=$STACK_DIR/redis-tls.sock

shows() { # CERTIFICATE: Redis, from the next connection on
  redis_q CONFIG SET tls-cert-file "$tls/$1.pem" tls-key-file "$tls/$1.key" > /dev/null
}
# Whatever was connected before.
anew() { redis_q CLIENT KILL TYPE normal SKIPME yes > /dev/null; }

start_stack
program_stop redis
redis_start --tls-port "$port" --bind 127.0.0.1 --tls-ca-cert-file "$tls/trusted.pem" --tls-cert-file "$tls/right.pem" \
  --tls-key-file "$tls/right.key" --tls-auth-clients yes || fail "no Redis"

works() { # WHAT
  log_in "$(code)"
  current "$token"
  assert_status 200
  logout "$token"
  assert_logged_out
  it "... $1"
}
is_refused() { # CERTIFICATE
  it "... $1: nothing is asked of such a server"
  shows "$1"
  anew
  unavailable() { api GET "$CALLBACK?code=c&state=$(new_uuid)"; [[ $status == 503 ]]; }
  eventually unavailable || fail "a scan is kept by a server with the certificate $1"
  assert_unavailable
}
is_well() { scan "$(new_uuid)" c; }

restarted() { # SETTING…
  local name
  setting "$@"
  for name in $(every_endpoint); do endpoint_replace "$name" || fail "$name not replaced"; done
}

# The example, with what is this test's: the port, the socket, the certificates' paths and the server's name.
here() {
  sed -e "s#redis.example.com:6380#127.0.0.1:$port#; s#redis.example.com#localhost#; s#/run/redis-tls.sock#$bridge#" \
    -e "s#/etc/ssl/certs/redis-ca.pem#$tls/trusted.pem#; s#/etc/ssl/private/redis-client#$tls/client#"
}
bridge_nginx() {
  cat > "$STACK_DIR/bridge.conf" << END
load_module modules/ngx_stream_module.so;
daemon off;
worker_processes 1;
pid $STACK_DIR/bridge-pid;
error_log $STACK_DIR/log/bridge-errors.log;
events { }
$( ((EUID != 0)) || echo 'user root;')
$(doc_block cluster.md nginx | here)
END
  spawn bridge nginx -p /usr/share/nginx -c "$STACK_DIR/bridge.conf" -e "$STACK_DIR/log/bridge-errors.log"
}
bridge_stunnel() {
  doc_block cluster.md stunnel | here > "$STACK_DIR/bridge.conf"
  spawn bridge stunnel4 "$STACK_DIR/bridge.conf"
}
bridge_answers() { [[ $(REDISCLI_AUTH=$(< "$STACK_DIR/redis-admin") redis-cli -s "$bridge" --user admin PING 2> /dev/null) == PONG ]]; }
bridged_by() { # NAME
  "bridge_$1"
  bridge=$bridge eventually bridge_answers || fail "no $1: $(tail -n 3 "$STACK_DIR"/log/bridge*.log)"
}
bridge_ends() {
  end_process "$(< "$STACK_DIR/bridge.pid")" bridge
  rm -f "$bridge"
}

for by in stunnel nginx; do
  it "$by makes the connection"
  shows right
  bridged_by $by
  restarted REDIS_SOCKET="$bridge"
  works "a login, its use and its end"
  for wrong in expired other-host unknown-authority; do is_refused $wrong; done
  shows right
  eventually is_well || fail "not well again"
  [[ $by == nginx ]] || bridge_ends
done

it "a certificate expires and is renewed under way, with nginx between"
witnesses
load_start 3
may_see 503 40163
shows expired
anew
unavailable_by 20
shows renewed
well_again "TLS, a certificate renewed"
sessions_are_kept
load_end

tls_settings=(REDIS_SOCKET= REDIS_HOST=localhost "REDIS_PORT=$port" REDIS_TLS=1 "REDIS_CA_FILE=$tls/trusted.pem"
  "REDIS_CERT_FILE=$tls/client.pem" "REDIS_KEY_FILE=$tls/client.key")
if [[ $(ldd "$BUILD_DIR/current") == *libhiredis_ssl* ]]; then
  it "REDIS_TLS does it without anybody between"
  restarted "${tls_settings[@]}"
  works "a login, its use and its end"
  for wrong in expired other-host unknown-authority; do
    is_refused $wrong
    assert_contains "the log" 'TLS: ' "$(grep -h 'request failed' "$(log_of login-wx-callback)" | tail -n 1)"
  done
  shows right
  eventually is_well || fail "not well again"
  setting REDIS_CERT_FILE= REDIS_KEY_FILE=
  endpoint_replace login-wx-callback || fail "not replaced"
  it "... a server that wants to see a certificate is shown one, or nothing works"
  unavailable
  assert_unavailable
else
  it "a build without TLS for Redis says so, and where the way is"
  setting "${tls_settings[@]}"
  program_stop current
  said=$(refused current)
  assert_contains "what it says" 'REDIS_TLS cannot be had' "$said"
  assert_contains "what it says" docs/cluster.md "$said"
fi
