#!/bin/bash
# A Galera cluster of three nodes. The one in use is killed, frozen, cut off, set aside in every way there is, while people
# log in, ask and log out: the endpoints go on at the next one, and come back. Whatever two nodes do at once comes out as if
# one had done it.
# Not part of make check under asan: most of its minutes are Galera's, which is no build of ours.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"
. "$(dirname "$0")/../lib/admin.bash"
. "$(dirname "$0")/../lib/databases.bash"
. "$(dirname "$0")/../lib/galera.bash"

cluster_start
setting MYSQL_SOCKET= MYSQL_HOST="$(hosts "${NODES[@]}")" LOG_LEVEL=info
start_stack
program_stop mysql # the stack's own
at=node1
# At the node $at, and as all have it.
mysql_q() {
  mariadb --no-defaults --batch --skip-column-names --default-character-set=utf8mb4 -S "$STACK_DIR/$at.sock" -u root scanlogin \
    -e "SET SESSION wsrep_sync_wait = 1; $1"
}
connections_to() { db_q "$1" "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'scanlogin'"; }
pids_before=$(pids)

# Of a machine that is busy with other things Galera may think that nodes are gone, and be without a quorum then, which is
# 503 and no fault of the endpoints: each answer is judged by what it says, and 503 only where there was a node to ask.
others_of() { printf '%s\n' "${NODES[@]}" | grep -v "$1"; } # NODE
quorums_lost() { # NODE…
  local name
  for name in "$@"; do grep -c 'Received NON-PRIMARY' "$(log_of "$name")" || true; done | paste -sd ' '
}
watch_quorum() { # NODE…
  witnesses_of_quorum=("$@") quorum_before=$(quorums_lost "$@")
  unavailable_so_far
  before=$unavailable
}
quorum_is_lost() { [[ $(quorums_lost "${witnesses_of_quorum[@]}") != "$quorum_before" ]]; }
assert_none_failed() { # WHAT
  unavailable_so_far
  echo "figure: $1: $((unavailable - before)) requests failed"
  if quorum_is_lost; then
    echo "figure: $1: Galera was without a quorum"
  elif [[ $MODE == release ]]; then
    assert_eq "requests that failed, $1" 0 $((unavailable - before))
  fi
}
status_of() { # TOKEN
  current "$1"
  while [[ $status == 503 ]]; do current "$1"; done
  if [[ $status == 200 ]]; then echo 200; else echo "$status $(jq -r .msg "$body_file")"; fi
}
all_is_well() { # WHAT
  well_again "$1"
  may_see 503
  sessions_are_kept
}

witnesses
load_start 4
may_see 503
fault() { # NAME NODE COMMAND…
  local began uuid others
  mapfile -t others < <(others_of "$2")
  watch_quorum "${others[@]}"
  "${@:3}"
  began=${EPOCHREALTIME/./}
  uuid=$(new_uuid)
  scan "$uuid" "$(code)"
  poll "$uuid"
  until [[ $status == 200 ]] || quorum_is_lost; do poll "$uuid"; done
  if [[ $status == 200 ]]; then
    assert_logged_in
    echo "figure: $1: a login begun right after it took $(((${EPOCHREALTIME/./} - began) / 1000)) ms"
    asked_by 300
  fi
  quorum_is_lost || all_is_well "$1"
  assert_none_failed "$1"
}
uses() { asked_by 10; (($(connections_to "$1") >= ${2:-10})); } # NODE [CONNECTIONS]
comes_back() { # to the first node
  whole_again
  at=node1
  eventually uses node1 || fail "node1 is not used again: $(connections_to node1) connections"
  sessions_are_kept
}
# Galera makes one group of all again, and may be without a quorum until it has.
meets_again() { # WHAT COMMAND…
  watch_quorum "${NODES[@]}"
  "${@:2}"
  whole_again
  all_is_well "$1"
  assert_none_failed "$1"
  comes_back
}

it "all use the first node, and none the others"
eventually uses node1
assert_eq "connections to the others" '0 0' "$(connections_to node2) $(connections_to node3)"

it "the node in use is killed"
at=node2
fault "the node in use killed" node1 db_kill node1
it "... and joins again"
meets_again "the node that was killed joins again" node_start node1

it "the node in use is frozen"
at=node2
fault "the node in use frozen" node1 db_freeze node1
meets_again "the node that was frozen goes on" db_thaw node1

it "the node in use is cut off from the others"
at=node2
fault "the node in use cut off" node1 node_isolate node1
meets_again "the node that was cut off is back" node_rejoin node1

it "the node in use is set aside: nothing fails"
set_aside() { # WHAT SQL SQL_BACK
  at=node2
  watch_quorum "${NODES[@]}"
  db_q node1 "$2"
  eventually uses node2 || fail "$1: node2 is not used"
  asked_by 100
  sessions_are_kept
  db_q node1 "$3"
  comes_back
  assert_none_failed "the node in use $1"
}
set_aside "read-only" "SET GLOBAL read_only = 1" "SET GLOBAL read_only = 0"
set_aside "desynced" "SET GLOBAL wsrep_desync = 1" "SET GLOBAL wsrep_desync = 0"
set_aside "rejecting queries" "SET GLOBAL wsrep_reject_queries = ALL" "SET GLOBAL wsrep_reject_queries = NONE"

it "a node that nobody uses is killed, or frozen"
fault "another node killed" node2 db_kill node2
meets_again "another node joins again" node_start node2
fault "another node frozen" node3 db_freeze node3
meets_again "another node goes on" db_thaw node3

it "two nodes are gone: 503, for the one that is left alone cannot know; and well again with the second"
at=node3
db_kill node1
db_kill node2
unavailable_by 50
for _ in {1..20}; do
  current "$witness"
  [[ $status != 401 ]] || fail "a live token is refused: $body"
done
db_q node3 "SET GLOBAL wsrep_provider_options = 'pc.bootstrap=1'"
all_is_well "two nodes killed"
node_start node1
node_start node2
comes_back

it "logins at one node, all else at another"
setting MYSQL_HOST="$(hosts node2 node1 node3)"
endpoint_replace login-wx || fail "login-wx not replaced"
eventually uses node2 1 || fail "nobody uses node2"
watch_quorum "${NODES[@]}"
asked_by 1000
sessions_are_kept
assert_none_failed "two nodes in use"

load_end
assert_persons
setting MYSQL_HOST="$(hosts "${NODES[@]}")"

# From here on there are users of other forms. Of three endpoints there is a second process, which is at another node.
become_admin
mysql_q "UPDATE user_user SET is_superuser = 1 WHERE id = $ADMIN_ID"
setting PROVIDERS='wx github'
endpoint_replace identities || fail "identities not replaced"
endpoint_replace login-wx || fail "login-wx not replaced"
setting MYSQL_HOST="$(hosts node2 node1 node3)"
for name in identities admin-users login-wx; do
  endpoint_spawn "$name" "$STACK_DIR/$name-2.sock" || fail "no second $name"
done

session_of() { # USER
  local token
  token=$(jwt '{"typ":"JWT","alg":"HS256"}' "{\"id\":$1,\"username\":\"x\",\"exp\":4102444800}")
  redis_q HSET "userToken_$1" "$(sha256 "$token")" '{}' > /dev/null
  echo "$token"
}
new_user() { # NAME IDENTITY…: a user with these identities; sets $made
  made=$(mysql_q "INSERT INTO user_user (password, username, date_joined, nickname) VALUES ('!', '$1', UTC_TIMESTAMP(6), '$1');
    SELECT LAST_INSERT_ID()")
  local identity
  for identity in "${@:2}"; do
    mysql_q "INSERT INTO user_oauth (oauth_type, oauth_id, created_time, last_mod_time, user_id)
      VALUES ('$identity', '$1', '2026-01-02', '2026-01-02', $made)"
  done
}
# One request straight to a socket. Two of them begin at the same time as nearly as can be.
ask_at() { # SOCKET METHOD PATH TOKEN [BODY]
  local body=${5:-}
  printf %s "$body" | env -i REQUEST_METHOD="$2" SCRIPT_NAME="${3%%\?*}" REQUEST_URI="$3" QUERY_STRING="${3#*\?}" \
    HTTP_IDTOKEN="$4" HTTP_IF_MATCH='*' CONTENT_TYPE=application/json CONTENT_LENGTH=${#body} timeout "$PATIENCE" "$(command -v cgi-fcgi)" -bind \
    -connect "$STACK_DIR/$1.sock" > /dev/null
}
both() { wait "$1" || fail "a request got no reply"; wait "$2" || fail "a request got no reply"; }

it "a person logs in for the first time, at two nodes at the same time, and again: one user"
for round in {1..20}; do
  for _ in first later; do
    uuid=$(new_uuid) uuid2=$(new_uuid)
    scan "$uuid" "$(code "person=twice$round")"
    scan "$uuid2" "$(code "person=twice$round")"
    ask_at login-wx GET "$BEGIN?uuid=$uuid" '' & one=$!
    ask_at login-wx-2 GET "$BEGIN?uuid=$uuid2" '' & other=$!
    both $one $other
  done
  assert_eq "users, and identities" "1 2" "$(mysql_q "SELECT COUNT(*),
    (SELECT COUNT(*) FROM user_oauth o WHERE o.user_id = MAX(u.id)) FROM user_user u WHERE nickname = '用户twice$round'" | tr '\t' ' ')"
done

it "each of two identities is unlinked, at two nodes at the same time: one is left"
for round in {1..40}; do
  new_user "parting$round" weixin github
  mine=$(session_of "$made")
  read -r first last <<< "$(mysql_q "SELECT MIN(id), MAX(id) FROM user_oauth WHERE user_id = $made")"
  ask_at identities DELETE "/api/user/identities/$first/" "$mine" & one=$!
  ask_at identities-2 DELETE "/api/user/identities/$last/" "$mine" & other=$!
  both $one $other
  assert_eq "identities that are left, in round $round" 1 "$(mysql_q "SELECT COUNT(*) FROM user_oauth WHERE user_id = $made")"
done

it "a is merged into b, and b into c, at the same time: no identity is left with a user who is banned by it"
for round in {1..40}; do
  new_user "a$round" weixin
  a=$made
  new_user "b$round" weixin
  b=$made
  new_user "c$round" weixin
  c=$made
  ask_at admin-users POST "/api/user/admin/users/$b/merge/" "$ADMIN" "{\"from\":$a,\"confirm\":\"a$round\"}" & one=$!
  ask_at admin-users-2 POST "/api/user/admin/users/$c/merge/" "$ADMIN" "{\"from\":$b,\"confirm\":\"b$round\"}" & other=$!
  both $one $other
  assert_eq "identities of banned users, in round $round" 0 "$(mysql_q "SELECT COUNT(*) FROM user_oauth o JOIN user_user u
    ON u.id = o.user_id WHERE u.id IN ($a, $b, $c) AND u.is_active = 0")"
done
it "with the triggers, what SQL changes at any node counts, whoever counts the ids"
mysql_admin() { mariadb --no-defaults -S "$STACK_DIR/node1.sock" -u root "$@"; }
mysql_admin scanlogin < "$STACK_ROOT/sql/triggers.sql"
sed -n 's/^--   \(GRANT .*;\)$/\1/p' "$STACK_ROOT/sql/triggers.sql" | mysql_admin
setting PROFILE_TRUST_S=3600 MYSQL_HOST="$(hosts "${NODES[@]}")"
endpoint_replace current || fail "current not replaced"
listens() { current "$witness" && grep -qF "listening to the triggers" "$(log_of current)"; }
eventually listens || fail "current does not listen"
log_in "$(code person=known)"
known_is() { current "$token" && [[ $status == "$1" ]]; }
for node in node1 node2 node3 node1 node3 node2; do
  eventually known_is 200 || fail "not known: $status $body"
  current "$token" # remembered from now on
  db_q "$node" "UPDATE scanlogin.user_user SET is_active = 0 WHERE id = $user"
  eventually known_is 401 || fail "a ban at $node does not count: $status $body"
  db_q "$node" "UPDATE scanlogin.user_user SET is_active = 1 WHERE id = $user"
done
assert_eq "changes that were noted, each once" 12 "$(mysql_q "SELECT COUNT(*) FROM user_changed WHERE user_id = $user")"
(($(mysql_q "SELECT MAX(id) - MIN(id) FROM user_changed") > 12)) || fail "the ids have no gaps"

assert_eq "the endpoints that had no other settings are the ones from the beginning" "$(grep -c . <<< "$pids_before")" \
  "$(($(comm -12 <(sort <<< "$pids_before") <(pids | sort) | wc -l) + 4))"
