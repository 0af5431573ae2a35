#!/bin/bash
# What a site has beside scanlogin: paths of its own below /api/user/, as one that comes from the Django module does, and
# pages of its own in the place of those that are installed.
# Not part of make check under asan: what it looks at is nginx's configuration.
. "$(dirname "$0")/../lib/setup.bash"

SITE_CONF=$test_dir/site.conf
# shellcheck disable=SC2016 # nginx's variables
own_paths='location = /api/user/profile/ { return 200 "profile"; }
location /api/user/ { return 200 "the site: $uri"; }'
configure() { nginx_configure "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}" 2>&1; }
reloaded() { api GET /api/user/mark; [[ $body == "$1" ]]; } # BODY
: > "$SITE_CONF"
start_stack current

it "with scanlogin-not-found.conf, all that is below /api/user/ is scanlogin's, and a location of the site's is named as twice there"
api GET /api/user/profile/
assert_eq "the reply" '404 {"code":404,"msg":"接口不存在"}' "$status $body"
echo "$own_paths" > "$SITE_CONF"
said=$(configure) && fail "nginx takes both"
assert_contains "what nginx says" 'duplicate location "/api/user/" in '"$SITE_CONF:2" "$said"

it "without it, the site has paths of its own there, and scanlogin's stay scanlogin's"
sed -i '/include scanlogin-not-found.conf;/d' "$STACK_DIR/nginx/nginx.conf"
nginx_command -t -q 2>&1 || fail "nginx refuses its configuration"
workers=$(pgrep -P "$(pid_of nginx)")
kill -HUP "$(pid_of nginx)"
eventually reloaded 'the site: /api/user/mark'
for worker in $workers; do eventually process_gone "$worker" || fail "a worker of before goes on"; done
api GET /api/user/profile/
assert_eq "the site's own" '200 profile' "$status $body"
for path in /api/user/current /api/user/current/; do
  api GET "$path"
  assert_status 401
done
for path in /api/user/auth/ /api/user/auth/staff/; do
  api GET "$path"
  assert_eq "what nginx alone may ask, $path" '404 {"code":404,"msg":"接口不存在"}' "$status $body"
done

it "each page is there, and without the last slash leads to it, with its arguments, by whatever name the site has"
for page in login account admin; do
  api GET "/$page/"
  assert_status 200
  assert_contains "the page" '<!DOCTYPE html>' "$body"
  assert_header Referrer-Policy no-referrer
  for file in "$page.css" "$page.js" base.css; do
    api GET "/$page/$file"
    assert_eq "/$page/$file" 200 "$status"
  done
  api GET "/$page?a=%2F"
  assert_eq "where it is" "301 /$page/?a=%2F" "$status $(header Location)"
  api GET "/$page/nothing.js"
  assert_status 404
done

it "a file of the site's own wins, at once, and no path leads out of the two directories"
mkdir -p "$STACK_DIR/templates"/{login,shared}
echo 'a page of our own' > "$STACK_DIR/templates/login/login.html"
echo '/* ours */' > "$STACK_DIR/templates/shared/base.css"
api GET /login/
assert_eq "the page" '200 a page of our own' "$status $body"
for page in login account admin; do
  api GET "/$page/base.css"
  assert_eq "the style of $page" '200 /* ours */' "$status $body"
done
api GET /login/login.css
assert_status 200
assert_not_contains "the rest" ours "$body"
rm -r "$STACK_DIR/templates"
api GET /login/
assert_contains "the page without it" '<!DOCTYPE html>' "$body"
for path in /login/../../env /login/..%2F..%2Fenv /login/%2e%2e/env.js /login//env.js; do
  api GET "$path"
  [[ $status == 40[04] ]] || fail "$path is answered $status: $body"
done
