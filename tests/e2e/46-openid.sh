#!/bin/bash
# Logins at a certified OpenID provider, npm's oidc-provider, by each algorithm: the way there and back, refusals, keys that
# change under way, a wrong secret, and a provider that goes away and comes back.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/providers.bash"
. "$(dirname "$0")/../lib/npm.bash"

install_npm openid
cp "$STACK_ROOT/tests/openid/provider.mjs" "$STACK_ROOT/build/openid/" # beside its packages
keys=$test_dir/keys
openid_start() { # [PORT]
  rm -f "$STACK_DIR/openid.port"
  SPAWN_ENV=("CALLBACKS=$(printf ' http://localhost/api/user/login/%s/callback/' rs es ed | cut -c 2-)")
  spawn openid node "$STACK_ROOT/build/openid/provider.mjs" "$STACK_DIR/openid.port" "$keys" "$@"
  openid=$!
  SPAWN_ENV=()
  eventually test -s "$STACK_DIR/openid.port" || fail "no OpenID provider: $(< "$(log_of openid)")"
  port=$(< "$STACK_DIR/openid.port")
}
openid_stop() { end_process "$openid" openid || fail "the OpenID provider did not end"; }

openid_start
setting TOKEN_COOKIE=token PROVIDERS='rs es ed' ES_LABEL='Works ID' ES_LABEL_ZH=单位账号
for name in rs es ed; do
  setting "${name^^}_ISSUER=http://127.0.0.1:$port" "${name^^}_CLIENT_ID=$name-client" \
    "${name^^}_CLIENT_SECRET=$name-secret: with + and %"
done
start_stack login-oauth login-oauth-callback current

# The person's browser goes all the way through the provider's pages: sets $back.
decide() { # DECISION
  run_curl -L --max-redirs 8 -c "$test_dir/jar" -b "$test_dir/jar" -H "X-Decide: $1" --resolve localhost:80:127.0.0.1 \
    --connect-to "localhost:80:127.0.0.1:$port" -o /dev/null "$authorize"
  back=$(grep -ao 'http://localhost/api/user/login/[^ ]*' "$headers_file" | tail -n 1 | tr -d '\r')
  rm -f "$test_dir/jar"
  [[ -n $back ]] || fail "it leads nowhere: $(< "$headers_file")"
  back=${back#http://localhost}
}
log_lines_since() { tail -n "+$(($1 + 1))" "$(log_of login-oauth)"; } # LINE
parameter() { sed -n "s/.*[?&]$1=\([^&]*\).*/\1/p" <<< "$back"; }

it "the list has each with its label"
api GET /api/user/login/
assert_json '[.data.providers[] | [.name, .kind, .label.zh, .label.en]]' \
  '[["rs","redirect","rs","rs"],["es","redirect","单位账号","Works ID"],["ed","redirect","ed","ed"]]'

for name in rs es ed; do
  it "$name: a login, a second one of the same person, and another person's"
  log_in_at "$name" ann /orders/
  first=$user
  current "$token"
  assert_json '[.data.nickname, .data.avatar_url]' '["王小ann🦉","https://pictures.example/ann.png"]'
  assert_eq "identities" "$name ann" "$(mysql_q "SELECT oauth_type, oauth_id FROM user_oauth WHERE user_id = $user" | tr '\t' ' ')"
  log_in_at "$name" ann
  assert_eq "the user" "$first" "$user"
  log_in_at "$name" bob
  [[ $user != "$first" ]] || fail "ann and bob are one user"

  it "$name: it was asked with state, nonce and PKCE"
  for asked in 'state=[0-9a-f]{32}' 'nonce=[A-Za-z0-9_-]{43}' 'code_challenge=[A-Za-z0-9_-]{43}' \
    code_challenge_method=S256 scope=openid%20profile response_type=code; do
    [[ $authorize =~ [?\&]$asked(&|$) ]] || fail "$asked is not in $authorize"
  done

  it "$name: a refusal"
  begin
  decide refuse
  come_back
  finish
  assert_failed login-refused

  it "$name: a code that was used, and another login's"
  log_in_at "$name" ann
  used=$(parameter code)
  begin
  decide allow:ann
  back=${back/"code=$(parameter code)"/"code=$used"}
  come_back
  finish
  assert_failed invalid_grant

  it "$name: a callback has to name the issuer, for the provider says that it always does (RFC 9207)"
  begin
  decide allow:ann
  whole=$back
  for iss in '' 'iss=http%3A%2F%2F127.0.0.1%3A1' "iss=http%3A%2F%2F127.0.0.1%3A$port%2F"; do
    back=$(sed -E "s/[?&]iss=[^&]*/\&$iss/; s/callback\/&/callback\/?/" <<< "$whole")
    come_back
    assert_eq "the reply to $back" '200 参数 iss 不合法' "$status $(jq -r .msg "$body_file")"
  done
  back=$whole
  come_back
  finish
  assert_leads_to 303 /
done
assert_eq "one id at three providers is three people" 6 "$(mysql_q 'SELECT COUNT(*) FROM user_user')"

it "the provider changes its keys: they are fetched anew"
openid_stop
mv "$keys" "$keys.old"
openid_start "$port"
for name in rs es ed; do log_in_at "$name" ann; done

it "an id_token by a key that it does not publish is none"
lines=$(log_lines login-oauth)
openid_stop
rm "$keys"
openid_start "$port"
at rs # whose keys have been fetched anew a moment ago, and are not again
begin
decide allow:ann
come_back
finish
assert_leads_to 303 "/login/?error=provider-unavailable#uuid=$uuid&provider=rs&next=%2F"
assert_contains "the log" "the id_token" "$(log_lines_since "$lines")"

it "while it is away a login begins no further than the login page, if nothing is known of it; it comes back"
openid_stop
endpoint_replace login-oauth
api GET /api/user/login/rs/start/
assert_failed provider-unavailable
api POST /api/user/login/rs/
assert_eq "the reply to a page" '502 provider-unavailable' "$status $(jq -r .code "$body_file")"
openid_start "$port"
log_in_at rs ann

it "asked for no name, it tells none, and the one of before stays"
setting RS_SCOPE=openid
endpoint_replace login-oauth
log_in_at rs ann
[[ $authorize =~ [?\&]scope=openid(&|$) ]] || fail "the scope is another one: $authorize"
current "$token"
assert_json '[.data.nickname, .data.avatar_url]' '["王小ann🦉","https://pictures.example/ann.png"]'
log_in_at rs carl
current "$token"
assert_json '[.data.nickname, .data.avatar_url]' '["",""]'
setting RS_SCOPE=

it "a wrong secret is the operator's mistake"
setting RS_CLIENT_SECRET=wrong-secret
endpoint_replace login-oauth
lines=$(log_lines login-oauth)
begin
decide allow:ann
come_back
finish
assert_failed invalid_client
assert_contains "the log" "check RS_CLIENT_ID and RS_CLIENT_SECRET" "$(log_lines_since "$lines")"

it "no secret, code or token is in a log"
for file in "$STACK_DIR"/log/*; do
  for secret in wrong-secret 'with + and' "$(parameter code)" "$used" eyJ; do
    ! grep -qaF -- "$secret" "$file" || fail "$file has $secret"
  done
done
