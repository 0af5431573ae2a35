#!/bin/bash
# A login is begun over HTTP/1.0, HTTP/1.1, HTTP/2, and as over HTTP/3, where nginx 1.25 to 1.29.4 pass no header Host on.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack login-wx login-wx-callback current

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=shop.example -days 2 \
  -keyout "$STACK_DIR/nginx/key.pem" -out "$STACK_DIR/nginx/certificate.pem" 2> "$test_dir/openssl" ||
  fail "$(< "$test_dir/openssl")"
# Another address for the site, on a port that is none of https's own.
for ((attempt = 1; ; attempt++)); do
  port=$(free_port)
  sed "s#listen unix:$STACK_DIR/http.sock;#&\n        listen 127.0.0.1:$port ssl http2;\n\
        ssl_certificate certificate.pem;\n        ssl_certificate_key key.pem;#" "$STACK_DIR/nginx/nginx.conf" \
    > "$STACK_DIR/nginx/nginx.conf.new"
  mv "$STACK_DIR/nginx/nginx.conf.new" "$STACK_DIR/nginx/nginx.conf"
  kill -HUP "$(pid_of nginx)"
  ! wait_until 20 curl -sk -o "$test_dir/page" "https://127.0.0.1:$port/" || break
  ((attempt < 5)) || fail "no answer: $(tail -n 3 "$(log_of nginx-error)")"
done
secure() { # VERSION PATH [CURL ARG…]: sets $version as well
  local path=$2
  run_curl -k "--http$1" --resolve "shop.example:$port:127.0.0.1" "${@:3}" "https://shop.example:$port$path"
  version=$(head -n 1 "$headers_file" | cut -d ' ' -f 1)
}

for protocol in 1.0 1.1 2; do
  it "over HTTP/$protocol the callback is on the host and port that the client asked"
  secure $protocol $BEGIN -X POST
  [[ $protocol == 1.0 ]] || assert_eq "the protocol" "HTTP/$protocol" "$version"
  assert_json .data.redirect_uri "https://shop.example:$port$CALLBACK"
done

it "a whole login goes over HTTP/2, with the cookie in a header of its own and beside others"
secure 2 $BEGIN -X POST
uuid=$(jq -r .data.uuid "$body_file")
mine=$(header set-cookie | cut -d ';' -f 1)
secure 2 "$CALLBACK?code=$(code)&state=$uuid" -H 'Cookie: a=b' -H "Cookie: $mine" -H 'Cookie: c=d'
assert_page 微信登录成功
secure 1.1 "$BEGIN?uuid=$uuid" -H 'Cookie: a=b' -H "Cookie: $mine"
assert_logged_in
secure 2 /api/user/current/ -H "IDTOKEN: $token"
assert_status 200

it "where nginx passes no Host on, it is the host that nginx served, with its port"
echo 'fastcgi_param HTTP_HOST "" if_not_empty;' >> "$STACK_DIR/nginx/scanlogin-fastcgi.conf"
kill -HUP "$(pid_of nginx)"
# A worker from before may take a request or two yet: it passes the header on, with its port.
redirects_to() { "${@:2}"; [[ $(jq -r .data.redirect_uri "$body_file") == "$1" ]]; } # URI REQUEST…
eventually redirects_to "http://shop.example$CALLBACK" api POST $BEGIN -H 'Host: Shop.Example:8080' || fail "the reply: $body"
eventually redirects_to "http://localhost$CALLBACK" api POST $BEGIN || fail "the reply: $body"
eventually redirects_to "https://shop.example:$port$CALLBACK" secure 2 $BEGIN -X POST || fail "the reply: $body"

it "straight from a FastCGI client, by RFC 3875's names"
direct login-wx POST '' '' REQUEST_SCHEME=https SERVER_NAME=shop.example SERVER_PORT=8443
assert_json .data.redirect_uri "https://shop.example:8443$CALLBACK"
direct login-wx POST '' '' REQUEST_SCHEME=https SERVER_NAME=shop.example SERVER_PORT=443
assert_json .data.redirect_uri "https://shop.example$CALLBACK"

it "where nobody names a host the login begins all the same, with a path for the page to complete"
direct login-wx POST '' '' CONTENT_LENGTH=0 REQUEST_SCHEME=https
assert_json '.data.uuid | length' 32
assert_json .data.redirect_uri "$CALLBACK"
assert_contains "the cookie" '; Secure; SameSite=None' "$(header Set-Cookie)"
