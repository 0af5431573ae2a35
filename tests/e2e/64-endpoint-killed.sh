#!/bin/bash
# Each endpoint is killed in the middle of its work, under load, and started again. Until then nginx answers 503 for it,
# and the others go on; what the dead process had done stands, and what it was doing is done again or given up whole.
# What becomes of a code that it was exchanging is for e2e: killed-exchange.
# Part of make check under tsan as well.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

# The claims of a login-wx that dies live for 2 × WX_TIMEOUT_MS + 2 s: 8 s.
setting LOG_LEVEL=info WX_TIMEOUT_MS=3000
start_stack
log_in "$(code person=witness)"
witness=$token
load_start 4

use() { # ENDPOINT
  case $1 in
    current) current "$witness" ;;
    logout) logout none ;;
    login-wx) poll "$(new_uuid)" ;;
    login-wx-callback) api GET "$CALLBACK?code=$(code)&state=$(new_uuid)" ;;
  esac
}
declare -A well=([current]=200 [logout]=401 [login-wx]=200 [login-wx-callback]=200)
assert_only_down() { # ENDPOINT
  local name
  use "$1"
  assert_unavailable
  for name in "${!well[@]}"; do
    [[ $name != "$1" ]] || continue
    use "$name"
    assert_status "${well[$name]}"
  done
}

for endpoint in current logout login-wx-callback login-wx; do
  it "$endpoint is killed: 503 for it alone, then all is well"
  may_see 503 40163 killed
  endpoint_kill "$endpoint"
  for _ in 1 2 3; do assert_only_down "$endpoint"; done
  unavailable_by 20
  endpoint_start "$endpoint" || fail "no $endpoint"
  well_again "$endpoint killed"
  assert_eq "the session from before" 200 "$(status_of "$witness")"
done

load_end
assert_persons
