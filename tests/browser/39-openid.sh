#!/bin/bash
# A site that people enter by an OpenID provider, npm's oidc-provider.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/browser.bash"

install_npm openid
cp "$STACK_ROOT/tests/openid/provider.mjs" "$STACK_ROOT/build/openid/" # beside its packages
port_of_provider=$(free_port)
# shellcheck disable=SC2034 # for start_demo
DEMO_ENV=(TOKEN_COOKIE= PROVIDERS='wx es' ES_ISSUER="http://127.0.0.1:$port_of_provider" ES_CLIENT_ID=es-client
  ES_CLIENT_SECRET='es-secret: with + and %' ES_LABEL='Works ID' ES_LABEL_ZH=单位账号)
start_demo
SPAWN_ENV=("CALLBACKS=$SITE/api/user/login/es/callback/")
spawn openid node "$STACK_ROOT/build/openid/provider.mjs" "$STACK_DIR/openid.port" "$test_dir/keys" "$port_of_provider"
openid=$!
SPAWN_ENV=()
eventually test -s "$STACK_DIR/openid.port" || fail "no OpenID provider: $(< "$(log_of openid)")"
in_browser
end_process "$openid" openid || fail "the OpenID provider did not end"
