#!/bin/bash
# A login at a provider that knows the callback's URL to the letter, on a site with several hosts: it comes back to the
# first, which leads it on to the host where it began. And providers that have no file, or files of the site's own.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"

mkdir "$test_dir/providers"
cp "$STACK_ROOT/providers/github.json" "$test_dir/providers/"
# Another company's GitHub: one more file is one more provider.
sed 's/"GitHub"/"Works"/g' "$STACK_ROOT/providers/github.json" > "$test_dir/providers/works.json"
start_providers github
setting PROVIDER_DIR="$test_dir/providers" PROVIDERS='github,works' SITE_ORIGIN='http://a.example http://b.example' \
  WORKS_CLIENT_ID=github-client WORKS_CLIENT_SECRET=github-secret WORKS_LABEL_ZH=单位 \
  WORKS_API_BASE="$STAND_IN/github" WORKS_OPEN_BASE="$STAND_IN/github"
start_stack login-oauth login-oauth-callback
for name in github works; do
  control redirect_uri "{\"uri\":\"http://a.example/api/user/login/$name/callback/\"}"
done

on() { api GET "$2" -H "Host: $1" "${@:3}"; } # HOST PATH [CURL ARG…]
begin_on() { # HOST
  on "$1" "/api/user/login/$provider/start/"
  authorize=$(header Location)
  uuid=$(sed -n 's/.*[?&]state=\([^&#]*\).*/\1/p' <<< "$authorize")
  mine=$(header Set-Cookie | sed 's/;.*//')
  run_curl -H "X-Decide: allow:ann" "$authorize"
  back=$(header Location)
}

for provider in github works; do
  it "$provider: begun on the first host it ends there"
  begin_on a.example
  assert_contains "the callback" "http://a.example/api/user/login/$provider/callback/?code=" "$back"
  on a.example "${back#http://a.example}" -b "$mine"
  assert_leads_to 303 "/api/user/login/$provider/finish/?state=$uuid"
  on a.example "/api/user/login/$provider/finish/?state=$uuid" -b "$mine"
  assert_leads_to 303 /

  it "$provider: begun on another it comes back to the first, which leads it on, and no further"
  begin_on b.example
  assert_contains "the callback" "http://a.example/api/user/login/$provider/callback/?code=" "$back"
  on a.example "${back#http://a.example}"
  assert_leads_to 302 "http://b.example${back#http://a.example}&led=1"
  on a.example "${back#http://a.example}&led=1"
  assert_failed other-browser
  on b.example "${back#http://a.example}&led=1" -b "$mine"
  assert_leads_to 303 "/api/user/login/$provider/finish/?state=$uuid"
  on b.example "/api/user/login/$provider/finish/?state=$uuid" -b "$mine"
  assert_leads_to 303 /
done

it "a provider of the site's own is in the list, and its people are others than those of the one it is like"
api GET /api/user/login/
assert_json '[.data.providers[] | [.name, .label.zh]]' '[["github","GitHub"],["works","单位"]]'
assert_eq "identities" 'github works' "$(mysql_q "SELECT GROUP_CONCAT(oauth_type ORDER BY oauth_type SEPARATOR ' ') FROM user_oauth")"
assert_eq "users" 2 "$(mysql_q 'SELECT COUNT(*) FROM user_user')"

it "what is wrong with PROVIDERS is named at start, all at once"
program_stop login-oauth
setting PROVIDERS='github gitub github Bad works' WORKS_CLIENT_ID=
echo '{' > "$test_dir/providers/broken.json"
said=$(refused login-oauth)
assert_contains "faults" "PROVIDERS names gitub, but there is no $test_dir/providers/gitub.json, and no GITUB_ISSUER" "$said"
assert_contains "faults" "PROVIDERS names github twice" "$said"
assert_contains "faults" "PROVIDERS has to be names of a-z and 0-9" "$said"
assert_contains "faults" "WORKS_CLIENT_ID is not set" "$said"
setting PROVIDERS=broken BROKEN_CLIENT_ID=x BROKEN_CLIENT_SECRET=x
assert_contains "faults" "$test_dir/providers/broken.json:" "$(refused login-oauth)"
setting PROVIDERS=, WORKS_CLIENT_ID=x
assert_contains "faults" "PROVIDERS names no provider" "$(refused login-oauth)"
