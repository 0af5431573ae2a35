#!/bin/bash
# A site with three origins, as SITE_ORIGIN lists them: two hosts by https, and one by http. WeChat knows the first.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/browser.bash"
start_demo

https_port=$(free_port)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=site.localhost -days 2 \
  -keyout "$DEMO/nginx/key.pem" -out "$DEMO/nginx/certificate.pem" 2> "$test_dir/openssl" || fail "$(< "$test_dir/openssl")"
FIRST=https://first.localhost:$https_port SECOND=https://second.localhost:$https_port
THIRD=http://third.localhost:${port[$DEMO]}
in_demo "$DEMO" SITE_ORIGIN="$FIRST $SECOND $THIRD" "$STACK_ROOT/tools/demo" restart || fail "$said"
# A host's login page lets WeChat's frame pass through the first, as docs/install.md says.
sed -i "s#listen 127.0.0.1:${port[$DEMO]};#&\n        listen 127.0.0.1:$https_port ssl http2;\n\
        ssl_certificate certificate.pem;\n        ssl_certificate_key key.pem;#" "$DEMO/nginx/nginx.conf"
sed -i "s#frame-src 'self'#& $FIRST#" "$DEMO/nginx/scanlogin-page.conf"
kill -HUP "$(< "$DEMO/nginx.pid")"
passes_through() { [[ $(curl -sk -D - -o "$test_dir/page" "$FIRST/") == *"frame-src 'self' $FIRST"* ]]; }
eventually passes_through || fail "no answer at $FIRST: $(tail -n 3 "$DEMO/log/nginx-error.log")"
SITE="$FIRST $SECOND $THIRD"
in_browser
