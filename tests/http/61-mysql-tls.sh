#!/bin/bash
# MYSQL_TLS: each mode at servers with and without TLS, with right and with wrong certificates. Whoever cannot have what was
# asked for is 503, and the log says why.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/databases.bash"
. "$(dirname "$0")/../lib/certificates.bash"

mkdir "$test_dir/tls"
cd "$test_dir/tls"
HOST=DNS:localhost,IP:127.0.0.1,IP:::1 NOW='20200101000000Z 21000101000000Z'
make_authority trusted
make_authority unknown
make_certificate right trusted "$HOST" "$NOW"
make_certificate renewed trusted "$HOST" "$NOW"
make_certificate expired trusted "$HOST" '20200101000000Z 20210101000000Z'
make_certificate other-host trusted DNS:db.example.com,IP:127.0.0.2 "$NOW"
make_certificate foreign unknown "$HOST" "$NOW"

stack_by_tcp
OPTIONS=("${MYSQL_OPTIONS[@]}")
setting LOG_LEVEL=info PROFILE_TRUST_S=0 CURRENT_CACHE_ENTRIES=0
start_stack current
mysql_q "INSERT INTO user_user (id, password, username, date_joined) VALUES (9, '!', 'nine', NOW())"
NINE=$(jwt '{"typ":"JWT","alg":"HS256"}' '{"id":9,"username":"nine","exp":4102444800}')
redis_q HSET userToken_9 "$(sha256 "$NINE")" '{}' > /dev/null

# The server's own authority is not given: it would ask the clients for certificates.
server_has() { # [CERTIFICATE]
  program_stop mysql || fail "MariaDB does not stop"
  MYSQL_OPTIONS=("${OPTIONS[@]}")
  if (($#)); then
    cp "$1.pem" server.pem
    cp "$1.key" server.key
    MYSQL_OPTIONS+=(--ssl-cert="$PWD/server.pem" --ssl-key="$PWD/server.key")
  fi
  mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
}
tls_is() { # MODE: with the trusted authority, where that is looked at
  local authority=''
  [[ $1 != verify ]] || authority=$PWD/trusted.pem
  setting MYSQL_TLS="$1" MYSQL_CA_FILE="$authority"
  endpoint_replace current || fail "current not replaced"
}
plain_only() { mysql_q "ALTER USER scanlogin@localhost REQUIRE NONE"; }
tls_only() { mysql_q "ALTER USER scanlogin@localhost REQUIRE SSL"; }
assert_works() { # WHAT
  current "$NINE"
  assert_eq "a user, $1" 200 "$status"
}
last_reason() { sed -nE 's/.* error current\[.* reason="(.*)"$/\1/p' "$(log_of current)" | tail -n 1; }
assert_fails() { # WHAT REASON
  current "$NINE"
  assert_unavailable
  assert_contains "the reason, $1" "$2" "$(last_reason)"
}

it "a server with TLS and a right certificate: each mode gets what it asks for"
server_has right
tls_is ''
assert_works "without TLS"
tls_only
tls_is ''
assert_fails "without TLS" "MySQL 1045: Access denied for user 'scanlogin'@'localhost'"
for mode in preferred required verify; do
  tls_is "$mode"
  assert_works "$mode"
done

it "a server without TLS: it is used as it is, but for those who must have TLS"
server_has
for mode in '' preferred; do
  tls_is "$mode"
  assert_works "$mode"
done
tls_is required
assert_fails required "MySQL 2026: TLS is required, and there is none at 127.0.0.1:"
tls_is verify
assert_fails verify "MySQL 2026: TLS/SSL error: SSL is required, but the server does not support it at 127.0.0.1:"

declare -A REASON=(
  [other-host]="Validation of SSL server certificate failed: it is not 127.0.0.1's"
  [foreign]="unable to get local issuer certificate"
  [expired]="certificate has expired"
)
for certificate in "${!REASON[@]}"; do
  it "a server with a certificate that is no good ($certificate): nobody minds but verify"
  server_has "$certificate"
  tls_only
  for mode in preferred required; do
    tls_is "$mode"
    assert_works "$mode"
  done
  tls_is verify
  assert_fails verify "MySQL 2026: TLS/SSL error: ${REASON[$certificate]}"
done

it "certificates are renewed under way: the new one counts, without anybody's restart"
server_has right
tls_only
tls_is verify
renewed() { # CERTIFICATE
  cp "$1.pem" server.pem
  cp "$1.key" server.key
  mysql_q "FLUSH SSL"
}
# Connections from before go on for two seconds.
refused_now() { current "$NINE"; [[ $status == 503 ]]; }
for _ in 1 2; do
  renewed renewed
  for _ in {1..20}; do assert_works "at the renewed one"; done
  renewed foreign
  eventually refused_now || fail "a foreign certificate is taken"
  assert_contains "the reason" "${REASON[foreign]}" "$(last_reason)"
  renewed right
  assert_works "at the right one again"
done

it "without MYSQL_CA_FILE the system's authorities vouch"
setting MYSQL_CA_FILE=
endpoint_replace current || fail "current not replaced"
assert_fails "of none of the system's" "${REASON[foreign]}"
mkdir hashed
cp trusted.pem "hashed/$(openssl x509 -noout -hash -in trusted.pem).0"
for authorities in "SSL_CERT_DIR=$PWD/hashed" "SSL_CERT_FILE=$PWD/trusted.pem SSL_CERT_DIR=/nonexistent"; do
  read -ra ENDPOINT_ENV <<< "$authorities"
  endpoint_replace current || fail "current not replaced"
  assert_works "with $authorities"
done
ENDPOINT_ENV=()

it "through the socket verify wants a certificate for localhost"
setting MYSQL_SOCKET="$STACK_DIR/mysql.sock"
tls_is verify
assert_works "with localhost's"
server_has other-host
assert_fails "with another one's" "it is not localhost's"
setting MYSQL_SOCKET=

it "passwords of all kinds, from the setting and from a file, with TLS and without"
server_has right
tls_is verify
printable=$(printf '%b' "$(printf '\\x%x' {32..126})")
# shellcheck disable=SC2016,SC1003 # as they are
for password in "$printable" ' with blanks around ' "it's \"quoted\" \\ and \\\\ slashed" '#no comment' '$HOME ${HOME} $(id) `id`' \
  '密码 – пароль – كلمة' 'ends in \' '%s%n' "$(printf 'x%.0s' {1..200})"; do
  quoted=${password//\\/\\\\}
  mysql_q "ALTER USER scanlogin@localhost IDENTIFIED BY '${quoted//\'/\\\'}' REQUIRE NONE"
  printf '%s\n' "$password" > password
  for mode in '' verify; do
    setting MYSQL_PASSWORD="$password" MYSQL_PASSWORD_FILE=
    tls_is "$mode"
    assert_works "with the password $password"
    setting MYSQL_PASSWORD= MYSQL_PASSWORD_FILE="$PWD/password"
    tls_is "$mode"
    assert_works "with the password $password, of a file"
  done
done
for secret in "$printable" '密码' 'quoted'; do
  assert_not_contains "the log" "$secret" "$(< "$(log_of current)")"
done
