#!/bin/bash
# Many first logins of one person at the same time: one user, one row per identity, and the last login's token is good.
# Part of make check under tsan as well.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

LOGINS=50

# A thread for each, so that all of them are in the database together.
setting WORKER_THREADS=$LOGINS
start_stack

# log_in_at_once NAME DIRECTIVES…: that many logins, each with a uuid and a code of its own; the codes take turns
# with the directives.
log_in_at_once() {
  local name=$1 prefix i
  shift
  prefix=$(new_uuid)
  for ((i = 0; i < LOGINS; i++)); do
    echo "$CALLBACK?code=test.$prefix-$i.${*:i % $# + 1:1}&state=$prefix-$i"
  done | at_once "$name-scans"
  assert_eq "callbacks" "$LOGINS" "$(grep -c ' 200$' "$test_dir/replies-$name-scans.statuses")"
  for ((i = 0; i < LOGINS; i++)); do echo "/api/user/login/wx/?uuid=$prefix-$i"; done | at_once "$name"
  assert_eq "answers" "$LOGINS 200 $LOGGED_IN" "$(tally "$name")"
}
# identities: how many there are of each oauth_type, and of how many users they are.
identities() {
  mysql_q "SELECT oauth_type, COUNT(*), COUNT(DISTINCT user_id) FROM user_oauth GROUP BY 1 ORDER BY 1" | tr '\t' ' '
}
forget_all() { mysql_q "DELETE FROM user_user"; }
users() { mysql_q "SELECT COUNT(*) FROM user_user"; }
id_of() { sha256 "$1" | cut -c 1-25; } # TEXT, as the sandbox makes its ids
sessions() { # NAME: what the tokens of these logins are worth now
  local token
  tokens "$1" | sort -u | while read -r token; do status_of "$token"; done | sort | uniq -c | sed 's/^ *//'
}

it "$LOGINS first logins of one person at once come to one user with two identities"
for round in 1 2 3; do
  forget_all
  log_in_at_once both "person=both$round"
  assert_eq "users" 1 "$(users)"
  assert_eq "identities" "weixin 1 1
wx_openid 1 1" "$(identities)"
  assert_eq "the ids" "o6-$(id_of "unionid:both$round")
o6_$(id_of "openid:both$round")" "$(mysql_q "SELECT oauth_id FROM user_oauth ORDER BY oauth_type")"
done

it "... of whose tokens exactly one is good afterwards"
assert_eq "sessions" "1 200
$((LOGINS - 1)) 401 无效的token" "$(sessions both)"

it "... with an openid alone, to one user with one identity"
forget_all
log_in_at_once openid person=openid.nounionid
assert_eq "users" 1 "$(users)"
assert_eq "identities" "wx_openid 1 1" "$(identities)"
assert_eq "sessions" "1 200
$((LOGINS - 1)) 401 无效的token" "$(sessions openid)"

it "... with and without the unionid in turns, to one user with two identities"
forget_all
log_in_at_once mixed person=mixed person=mixed.nounionid
assert_eq "users" 1 "$(users)"
assert_eq "identities" "weixin 1 1
wx_openid 1 1" "$(identities)"
assert_eq "sessions" "1 200
$((LOGINS - 1)) 401 无效的token" "$(sessions mixed)"

it "... of a user known by openid: the unionid is added once"
forget_all
log_in "$(code person=known.nounionid)"
known=$(mysql_q "SELECT id FROM user_user")
log_in_at_once known person=known
assert_eq "identities" "weixin $known
wx_openid $known" "$(mysql_q "SELECT oauth_type, user_id FROM user_oauth ORDER BY 1" | tr '\t' ' ')"
assert_eq "users" 1 "$(users)"

it "logins of $LOGINS different persons at once come to as many users"
forget_all
mapfile -t persons < <(for ((i = 0; i < LOGINS; i++)); do echo "person=different$i"; done)
log_in_at_once different "${persons[@]}"
assert_eq "users" "$LOGINS" "$(users)"
assert_eq "identities" "weixin $LOGINS $LOGINS
wx_openid $LOGINS $LOGINS" "$(identities)"
assert_eq "sessions" "$LOGINS 200" "$(sessions different)"

it "persons whose identities clash all log in, each identity is one user's, and no user is left without one"
for round in 1 2 3; do
  forget_all
  log_in_at_once clash person=a.openid=b person=b.openid=a person=a person=b person=a.nounionid
  assert_eq "identities" "weixin 2
wx_openid 2" "$(identities | cut -d ' ' -f 1,2)"
  assert_eq "users without an identity" 0 "$(half_users)"
  assert_contains "users" "$(users)" "1 2"
done

it "all of it where MariaDB minds rows that have changed since they were read first, as it does from 11.6 on"
if [[ -n $(mysql_q "SHOW VARIABLES LIKE 'innodb_snapshot_isolation'") ]]; then
  mysql_q "SET GLOBAL innodb_snapshot_isolation = ON"
  endpoint_replace login-wx || fail "login-wx not replaced"
  forget_all
  log_in_at_once minding person=minding
  assert_eq "users" 1 "$(users)"
fi
