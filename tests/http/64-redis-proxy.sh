#!/bin/bash
# Several Redis behind twemproxy, as docs/cluster.md shows it: keys are spread over them, all of one login and all of one user
# at one. Logins, sessions and their ends go well.
REDIS_MODE= # what is behind the proxy knows nothing of a cluster
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/bound.bash"
. "$(dirname "$0")/../lib/docs.bash"

# The proxy gives no user's name to Redis: these have none.
REDIS_SECRET=''
first=$(free_port) second=$(free_port) proxy=$(free_port)
nodes() { # ARG…
  redis-cli -p "$first" --raw "$@"
  redis-cli -p "$second" --raw "$@"
}
for port in $first $second; do
  mkdir -p "$STACK_DIR/redis-$port"
  spawn "redis-$port" redis-server --port "$port" --bind 127.0.0.1 --dir "$STACK_DIR/redis-$port" --save ''
done
nodes_answer() { [[ $(nodes PING 2> /dev/null) == $'PONG\nPONG' ]]; }
eventually nodes_answer || fail "no two Redis"
doc_block cluster.md nutcracker | sed "s/redis1.example.com:6379/127.0.0.1:$first/; s/redis2.example.com:6379/127.0.0.1:$second/
  s/127.0.0.1:22121/127.0.0.1:$proxy/" > "$STACK_DIR/nutcracker.yml"
spawn proxy nutcracker -c "$STACK_DIR/nutcracker.yml" -a 127.0.0.1 -s "$(free_port)" -m 16384
proxy_answers() { [[ $(redis-cli -p "$proxy" GET x 2> /dev/null) == '' ]]; }
eventually proxy_answers || fail "no proxy: $(tail -n 3 "$(log_of proxy)")"
setting REDIS_SOCKET= REDIS_USER= REDIS_PASSWORD= REDIS_PORT="$proxy" REDIS_CLUSTER=1
start_stack

it "people log in, are known and log out"
for i in {1..20}; do
  bound_login "browser$i" "$(code "person=p$i")"
  current "$token"
  assert_status 200
  tokens[i]=$token
done
for i in {1..20..2}; do
  logout "${tokens[i]}"
  assert_logged_out
done
for i in {1..20}; do
  current "${tokens[i]}"
  assert_status $((i % 2 ? 401 : 200))
done

it "... and their sessions are at both"
for port in $first $second; do
  (($(redis-cli -p "$port" --raw --scan --pattern "userToken_*" | wc -l) > 1)) || fail "no sessions at $port"
done
assert_eq "sessions" 10 "$(nodes KEYS 'userToken_*' | grep -c .)"

it "one who logs in again is not logged in elsewhere any more; a list of sessions, an account's end"
log_in "$(code person=p2)"
current "${tokens[2]}"
assert_status 401
api GET /api/user/sessions/ -H "IDTOKEN: $token"
assert_status 200
assert_json '.data | length' 1

it "the log says what the proxy does not pass on"
eventually grep -q 'Redis refuses to be watched' "$(log_of current)" || fail "current does not say so"
process_kill "$(< "$STACK_DIR/proxy.pid")" # nothing else ends it with a status of its own
