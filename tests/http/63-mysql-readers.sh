#!/bin/bash
# MYSQL_READER_HOST: the lists of admins are read at a replica, nothing else is; and where no replica can be had, at the
# server itself.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/databases.bash"

stack_by_tcp
setting LOG_LEVEL=info PROFILE_TRUST_S=0 CURRENT_CACHE_ENTRIES=0
start_stack login-wx login-wx-callback current admin-users admin-oauths admin-audit
become_admin
# Copies that are no longer the same as the server: what comes from them can be told.
program_stop mysql
cp -a --reflink=auto "$STACK_DIR/mysql" "$STACK_DIR/replica"
cp -a --reflink=auto "$STACK_DIR/mysql" "$STACK_DIR/another"
mysql_start
db_start replica
db_q replica "UPDATE scanlogin.user_user SET nickname = 'replica'; UPDATE scanlogin.user_oauth SET oauth_type = 'replica';
  UPDATE scanlogin.user_audit SET action = 'replica'; SET GLOBAL read_only = 1"
setting MYSQL_READER_HOST="$(hosts replica)"
endpoints_replace

lists_are_from() { # replica|server
  local path name from
  for path in users:nickname oauths:oauth_type audit:action; do
    name=${path#*:}
    admin GET "${path%:*}/"
    from=server
    [[ $(jq -r ".data.items[0].$name" "$body_file") != replica ]] || from=replica
    [[ $status == 200 && $from == "$1" ]] || return 1
  done
}
it "lists, and files of them, are read at the replica, which takes no writes"
lists_are_from replica || fail "not from the replica: $status $body"
for path in users oauths audit; do
  admin GET "$path/?format=csv"
  assert_contains "the file of $path" '"replica"' "$body"
done
admin GET clashes/
assert_status 200

it "all else is not: one user with identities and history, changes, the user themselves"
admin GET "users/$ADMIN_ID/"
assert_json '[.data.nickname, .data.identities[0].oauth_type, .data.history[0].action]' '["用户admin","weixin","login"]'
patch "$ADMIN_ID" '{"nickname":"changed"}'
assert_status 200
current "$ADMIN"
assert_json .data.nickname changed
log_in "$(code person=somebody)"
assert_eq "users at the replica" 1 "$(db_q replica 'SELECT COUNT(*) FROM scanlogin.user_user')"
lists_are_from replica || fail "not from the replica: $status $body"

it "the command line lists what the replica has"
# shellcheck disable=SC2016 # for the inner shell
said=$(env -i PATH="$PATH" bash -c 'set -a; . "$1"; exec "$2" list' - "$STACK_DIR/env" "$BUILD_DIR/scanlogin-admin")
assert_contains "what it prints" replica "$said"

it "no replica can be had, or it hangs: they are read at the server; it is back: at the replica"
db_kill replica
lists_are_from server || fail "$status $body"
db_start replica --read-only
eventually lists_are_from replica || fail "not from the replica again: $status $body"
db_freeze replica
lists_are_from server || fail "$status $body"
db_thaw replica
eventually lists_are_from replica || fail "not from the replica again: $status $body"

it "a second replica takes the place of the first"
db_start another
db_q another "UPDATE scanlogin.user_user SET nickname = 'another'"
setting MYSQL_READER_HOST="$(hosts replica another)"
endpoints_replace
lists_are_from replica || fail "not from the first: $status $body"
db_kill replica
admin GET users/
assert_json '.data.items[0].nickname' another
