#!/bin/bash
# The app's secret goes only to a WeChat that has shown a right certificate, by TLS 1.2 or later. Any other is a 502 that
# keeps the scan and is told in the log with its reason.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/certificates.bash"

start_stack login-wx login-wx-callback
weixin_is() { # NAME=VALUE…: login-wx with these settings
  setting "$@"
  endpoint_replace login-wx || fail "login-wx not replaced"
}

mkdir "$test_dir/tls"
cd "$test_dir/tls"
HOST=IP:127.0.0.1 NOW='20200101000000Z 21000101000000Z'
make_authority trusted
make_authority unknown
make_certificate right trusted $HOST "$NOW"
make_certificate expired trusted $HOST '20200101000000Z 20210101000000Z'
make_certificate early trusted $HOST '20990101000000Z 21000101000000Z'
make_certificate other-host trusted DNS:api.weixin.qq.com,IP:127.0.0.2 "$NOW"
make_certificate unknown-authority unknown $HOST "$NOW"
openssl req -x509 "${KEY[@]}" -days 30 -subj /CN=self -addext "subjectAltName=$HOST" -keyout self-signed.key \
  -out self-signed.pem 2> /dev/null

# An nginx in front of the sandbox that speaks TLS: tls_weixin CERTIFICATE PROTOCOL.
tls_port=$(free_port)
tls_configure() {
  cat > nginx.conf << END
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
events { }
http {
  log_format requests '\$ssl_protocol \$uri';
  access_log requests.log requests;
  client_body_temp_path .; proxy_temp_path .; fastcgi_temp_path .; uwsgi_temp_path .; scgi_temp_path .;
  keepalive_timeout 0;
  server {
    listen 127.0.0.1:$tls_port ssl;
    ssl_certificate $1.pem;
    ssl_certificate_key $1.key;
    ssl_protocols $2;
    ssl_ciphers ALL:@SECLEVEL=0;
    location / { proxy_pass $SANDBOX; }
  }
}
END
}
tls_worker() { cat "/proc/$tls_nginx/task/$tls_nginx/children"; }
tls_worker_is_new() { [[ -n $(tls_worker) && $(tls_worker) != *"$1"* ]]; } # THAN
tls_weixin() {
  local before
  before=$(tls_worker)
  tls_configure "$@"
  kill -HUP "$tls_nginx"
  eventually tls_worker_is_new "${before% }" || fail "nginx did not take the certificate: $(tail -n 3 error.log)"
}
tls_configure right "TLSv1.2 TLSv1.3"
spawn tls-weixin nginx -p "$test_dir/tls/" -c nginx.conf -e error.log
tls_nginx=$!
tls_shakes_hands() { # S_CLIENT OPTION…
  openssl s_client -connect "127.0.0.1:$tls_port" -cipher ALL:@SECLEVEL=0 "$@" < /dev/null > /dev/null 2>&1
}
eventually tls_shakes_hands || fail "no TLS server: $(cat error.log "$(log_of tls-weixin)")"

# The most that OpenSSL can be told to allow, so that it is login-wx that refuses an old protocol.
printf '%s\n' openssl_conf=a '[a]' ssl_conf=b '[b]' system_default=c '[c]' MinProtocol=TLSv1 CipherString=ALL:@SECLEVEL=0 \
  > openssl.cnf
ENDPOINT_ENV=("OPENSSL_CONF=$test_dir/tls/openssl.cnf")
weixin_is WX_API_BASE="https://127.0.0.1:$tls_port" WX_CA_FILE="$test_dir/tls/trusted.pem"

requests() { if [[ -e requests.log ]]; then sort requests.log | uniq -c | sed 's/^ *//'; fi; }
# A login fails for REASON, WeChat's stand-in hears of no request; sets $uuid.
refuses_weixin() { # REASON
  local code before told
  uuid=$(new_uuid) code=$(code)
  before=$(log_lines login-wx) told=$(requests)
  scan "$uuid" "$code"
  poll "$uuid"
  assert_weixin_unavailable
  assert_eq "the reasons" "1 $1" "$(weixin_reasons_since "$before")"
  assert_eq "requests" "$told" "$(requests)"
  assert_calls "$code" 0 0
}
logs_in_after_all() {
  poll "$uuid"
  assert_logged_in
}

it "the right certificate: logs in, by TLS 1.2 and by 1.3"
for protocol in TLSv1.2 TLSv1.3; do
  tls_weixin right $protocol
  : > requests.log
  log_in "$(code)"
  assert_eq "requests" "1 $protocol /sns/oauth2/access_token"$'\n'"1 $protocol /sns/userinfo" "$(requests)"
done

it "a certificate that is not WeChat's: 502, and neither secret nor code is sent"
while read -r certificate reason; do
  tls_weixin "$certificate" "TLSv1.2 TLSv1.3"
  refuses_weixin "$reason"
  tls_weixin right "TLSv1.2 TLSv1.3"
  logs_in_after_all
done << 'END'
expired SSL certificate problem: certificate has expired
early SSL certificate problem: certificate is not yet valid
self-signed SSL certificate problem: self-signed certificate
unknown-authority SSL certificate problem: unable to get local issuer certificate
other-host SSL: no alternative certificate subject name matches target host name '127.0.0.1'
END

it "only TLS 1.0, only TLS 1.1: the same"
for protocol in tls1:TLSv1 tls1_1:TLSv1.1; do
  tls_weixin right "${protocol#*:}"
  OPENSSL_CONF=openssl.cnf tls_shakes_hands "-${protocol%:*}" || fail "the server does not speak ${protocol#*:}"
  refuses_weixin "SSL connect error"
  tls_weixin right "TLSv1.2 TLSv1.3"
  logs_in_after_all
done

it "without WX_CA_FILE the system's authorities count"
weixin_is WX_CA_FILE=
refuses_weixin "SSL certificate problem: unable to get local issuer certificate"
weixin_is WX_CA_FILE="$test_dir/tls/trusted.pem"
logs_in_after_all

it "no TLS at all where https is asked for: the same"
perl -MIO::Socket::INET -e '$| = 1; alarm 900; $SIG{TERM} = sub { exit };
  $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 0, Listen => 5) or die; print $l->sockport, "\n";
  while ($c = $l->accept) { sysread $c, $told, 65536; syswrite STDERR, $told; print $c "HTTP/1.1 200 OK\r\n\r\n{}" }' \
  > plain-port 2> told &
plain=$!
eventually test -s plain-port || fail "no server"
weixin_is WX_API_BASE="https://127.0.0.1:$(< plain-port)"
refuses_weixin "SSL connect error"
kill "$plain"
told=$(tr -d '\0' < told) logged=$(grep -v ' started ' "$(log_of login-wx)")
[[ -n $told ]] || fail "it heard nothing"
for secret in "${TEST_SETTINGS[WX_SECRET]}" access_token test.; do
  assert_not_contains "what was sent" "$secret" "$told"
  assert_not_contains "login-wx's log" "$secret" "$logged"
done
