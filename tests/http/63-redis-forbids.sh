#!/bin/bash
# A Redis that forbids commands, as some managed ones do: the log says which, and what is left is slower, never wrong.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"

warned() { grep -q "$2" "$(log_of "$1")"; } # NAME TEXT
# Logins of both kinds, and a token that is dead the moment it is logged out, remembered or not.
all_is_right() {
  local i
  bound_login "$1" "$(code "person=$1")"
  poll "$(new_uuid)"
  assert_nothing_scanned
  for i in 1 2 3; do
    log_in "$(code "person=$1$i")"
    current "$token"
    assert_status 200
    current "$token"
    assert_status 200
    logout "$token"
    assert_logged_out
    current "$token"
    assert_status 401
  done
}

start_stack login-wx login-wx-callback current logout
forbidden() { # RULE…
  local name
  redis_rights "$@"
  for name in login-wx login-wx-callback current logout; do endpoint_replace $name || fail "$name not replaced"; done
}

it "CLIENT TRACKING: nothing is remembered"
forbidden '-client|tracking'
all_is_right one
for name in login-wx current; do
  eventually warned $name 'Redis refuses to be watched' || fail "$name does not say so"
done

it "SUBSCRIBE, and to ask for subscribers: the same"
forbidden -subscribe '-pubsub|numsub'
all_is_right two

it "SCAN: each poll asks"
forbidden -scan
all_is_right three
eventually warned login-wx 'Redis refuses to be looked through' || fail "login-wx does not say so"
# The process that this one took the place of may have met the new rights too, and said so.
assert_eq "how often a process says it" 1 "$(sed -n 's/ Redis refuses to be looked through .*//p' "$(log_of login-wx)" |
  cut -d ' ' -f 3 | sort | uniq -c | awk '{ print $1 }' | sort -u)"

it "all of these"
forbidden -scan '-client|tracking' -subscribe '-pubsub|numsub'
all_is_right four

it "EVAL: nothing works, and each answer says that it is not about the token"
log_in "$(code person=stays)"
forbidden -eval -evalsha
current "$token"
assert_unavailable
api GET "$CALLBACK?code=c&state=$(new_uuid)"
assert_unavailable
assert_contains "the log" "NOPERM" "$(grep 'request failed' "$(log_of current)" | tail -n 1)"
redis_rights
current "$token"
assert_status 200
