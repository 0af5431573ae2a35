#!/bin/bash
# Redis's master is killed, frozen, cut off and demoted by hand while people log in, ask and log out. Sentinels make another
# one; the endpoints follow by themselves. With REDIS_WAIT_REPLICAS nothing that was answered is lost, and nothing that
# ended comes back; nor is anything when the old master does. While a node is given all data, a slow machine may need
# longer for a write than is waited for: that is 503.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"
. "$(dirname "$0")/../lib/docs.bash"
. "$(dirname "$0")/../lib/sentinel.bash"

setting LOG_LEVEL=info REDIS_WAIT_REPLICAS=1
start_stack
pids_before=$(pids)
witnesses
load_start 4

# What is done to the master, and what undoes it.
fails_over() { # NAME DO UNDO
  local old began=${EPOCHREALTIME/./}
  it "the master is $1: another one takes over, and all is well soon after"
  old=$(master)
  may_see 503 40163
  "$2" "$old"
  moves_from "$old"
  echo "figure: $1: switched after $(((${EPOCHREALTIME/./} - began) / 1000)) ms"
  well_again "$1, from the switch"
  sessions_are_kept
  it "... and it comes back as a replica"
  unavailable_so_far
  local before=$unavailable
  may_see 503 40163
  "$3" "$old"
  eventually all_in_step || fail "node $old does not follow: $(node "$old" INFO replication)"
  asked_by 200
  unavailable_so_far
  echo "figure: $1: back, $((unavailable - before)) requests unavailable"
  well_again "$1, back"
  sessions_are_kept
}
# SENTINEL FAILOVER alone lets the old master take writes, and a replica of it confirm them, until that is told.
by_hand() { # NODE
  node "$1" CONFIG SET min-replicas-to-write 16 > /dev/null
  sentinel 2 SENTINEL FAILOVER "$MASTER_NAME" > /dev/null
}
by_hand_done() { node "$1" CONFIG SET min-replicas-to-write 0 > /dev/null; }

fails_over killed node_kill node_start
fails_over frozen node_freeze node_thaw
fails_over "cut off" node_cut_off node_reconnect
fails_over "demoted by hand" by_hand by_hand_done

it "a Sentinel that is away is done without"
process_kill "$(< "$STACK_DIR/sentinel1.pid")"
master() { master_by 2; }
names_another() { local named; named=$(master_by 2); [[ -n $named && $named != "$1" ]]; }
fails_over "demoted, one Sentinel gone" by_hand by_hand_done

it "both replicas are away: nothing is answered that only the master has"
log_in "$(code person=leaving)"
leaving=$token
replicas=()
for n in 1 2 3; do [[ $n == "$(master)" ]] || replicas+=("$n"); done
may_see 503 40163
node_kill "${replicas[0]}"
well_again "one replica away"
may_see 503 40163
node_kill "${replicas[1]}"
unavailable_by 20
for _ in 1 2; do
  logout "$leaving"
  assert_unavailable
done
for n in "${replicas[@]}"; do node_start "$n"; done
eventually all_in_step || fail "the replicas do not follow"
well_again "both replicas back"
sessions_are_kept
logout "$leaving"
assert_eq "the logout, which every node has now" "401 logged-out" "$status $(jq -r .reason "$body_file")"

it "all Sentinels are away: nobody is disturbed, and a process begins once one of them is back"
for n in 2 3; do process_kill "$(< "$STACK_DIR/sentinel$n.pid")"; done
asked_by 200
sessions_are_kept
assert_eq "the endpoints are the ones from the beginning" "$pids_before" "$(pids)"
may_see 503
endpoint_replace current || fail "current not replaced"
api GET /api/user/current/ -H "IDTOKEN: $witness"
assert_unavailable
sentinel_start 2
is_known() { [[ $(status_of "$witness") == 200 ]]; }
eventually is_known || fail "current does not find the master"
well_again "a Sentinel is back"

load_end
assert_persons
