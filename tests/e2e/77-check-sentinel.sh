#!/bin/bash
# scanlogin-admin check, where Sentinels know the master: each has its line, also one that is gone, has another password or
# knows another name.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/docs.bash"
. "$(dirname "$0")/../lib/sentinel.bash"

start_stack current
look() { # STATUS: sets $said
  local exit=0
  # shellcheck disable=SC2016 # for the inner shell
  said=$(env -i PATH="$PATH" bash -c 'set -a; . "$1"; shift; exec "$@"' - "$STACK_DIR/env" "$BUILD_DIR/scanlogin-admin" \
    check --json --nginx "$STACK_DIR/no-nginx" 2> "$test_dir/complained") || exit=$?
  assert_eq "status ($said $(< "$test_dir/complained"))" "$1" "$exit"
  assert_not_contains "what is printed" "$SENTINEL_SECRET" "$said"
}
found() { jq -r --arg begin "$1" '.checks[] | select(.what | startswith($begin)) | "\(.state) \(.detail)"' <<< "$said"; }

it "each Sentinel names the master, which takes writes"
look 0
assert_eq "the Sentinels" 3 "$(found sentinel | grep -c "^well the master is 127.0.0.1:${NETWORK_PORT[1]}$")"
assert_contains "Redis" 'well redis' "$(found "redis $MASTER_NAME at ")"
assert_contains "its rights" well "$(found 'redis rights')"

it "one that is gone is a warning"
end_process "$(sentinel 3 INFO server | sed -n 's/^process_id:\([0-9]*\).*/\1/p')" sentinel3
look 0
assert_eq "the Sentinels" 2 "$(found sentinel | grep -c '^well')"
assert_contains "the third" 'warning Redis' "$(found "sentinel 127.0.0.1:${SENTINEL_PORT[3]}")"

it "a password that none of them takes, and a name that none of them knows"
setting REDIS_SENTINEL_PASSWORD=wrong-secret
look 1
assert_eq "the Sentinels" 3 "$(found sentinel | grep -c '^warning')"
assert_contains "Redis" 'fault Redis: no Sentinel names a master' "$(found "redis $MASTER_NAME at ")"
assert_not_contains "what is printed" wrong-secret "$said"
setting "REDIS_SENTINEL_PASSWORD=$SENTINEL_SECRET" REDIS_MASTER_NAME=other
look 1
assert_eq "the Sentinels" 2 "$(found sentinel | grep -c '^fault it knows no master other$')"
