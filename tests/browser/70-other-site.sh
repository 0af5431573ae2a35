#!/bin/bash
# WeChat on another site than the page, as it is outside of a demo: only then does the browser keep cookies from a frame
# that WeChat has redirected, unless they say SameSite=None and Secure, which takes HTTPS.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo

https_port=$(free_port)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=site.localhost -days 2 \
  -keyout "$DEMO/nginx/key.pem" -out "$DEMO/nginx/certificate.pem" 2> "$test_dir/openssl" || fail "$(< "$test_dir/openssl")"
sed -i "s#listen 127.0.0.1:${port[$DEMO]};#&\n        listen 127.0.0.1:$https_port ssl http2;\n\
        ssl_certificate certificate.pem;\n        ssl_certificate_key key.pem;#" "$DEMO/nginx/nginx.conf"
kill -HUP "$(< "$DEMO/nginx.pid")"
SITE=https://site.localhost:$https_port
eventually curl -sk -o "$test_dir/page" "$SITE/" || fail "no answer at $SITE: $(tail -n 3 "$DEMO/log/nginx-error.log")"
in_browser
