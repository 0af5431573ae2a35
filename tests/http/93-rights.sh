#!/bin/bash
# The rights with which all tests run: those of redis/scanlogin-user.conf and sql/grants.sql. That they are enough is what
# the other tests show; here, that they are no more, and that nothing of a login asks for another.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

start_stack

# ---- Redis -------------------------------------------------------------------------------------------

as_endpoint() { # COMMAND…: in Redis, as the endpoints' user
  REDISCLI_AUTH=$REDIS_SECRET redis-cli -s "$STACK_DIR/redis.sock" --user scanlogin "$@" 2>&1
}

it "the endpoints' user of Redis is the one of the file, and nobody else gets in without a password"
current "$(jwt '{"alg":"HS256"}' '{"id":1,"exp":4102444800}')"
assert_eq "who is connected" 'user=admin user=scanlogin' "$(redis_q CLIENT LIST | grep -o 'user=[^ ]*' | sort -u | paste -sd ' ')"
assert_contains "without a password" NOAUTH "$(redis-cli -s "$STACK_DIR/redis.sock" GET userToken_1 2>&1)"
assert_contains "with an empty one" WRONGPASS "$(redis-cli -s "$STACK_DIR/redis.sock" AUTH default '' 2>&1)"

it "a login, its use and its end ask Redis for nothing that is denied"
log_in "$(code person=a)"
current "$token"
assert_status 200
api GET /api/user/sessions/ -H "IDTOKEN: $token"
assert_status 200
api GET /api/user/export/ -H "IDTOKEN: $token"
assert_status 200
logout "$token"
assert_logged_out
current "$token"
assert_status 401
# A login is no denial of a right: what the ones above came to is there as `auth`.
assert_eq "what Redis denied" '' "$(redis_q ACL LOG | grep -xE -A 6 'command|key|channel')"
assert_eq "refusals in the logs" '' "$(grep -lE 'NOPERM|denied to user|refuses to be watched' "$STACK_DIR"/log/* || true)"

it "what scanlogin has no use for is denied in Redis"
redis_q SET other secret > /dev/null
redis_q SET userToken_0 x > /dev/null
denied() { # COMMAND…
  assert_contains "$*" NOPERM "$(as_endpoint "$@")"
}
denied FLUSHALL
denied FLUSHDB
denied KEYS '*'
denied CONFIG GET dir
denied CONFIG SET dir /tmp
denied ACL LIST
denied CLIENT LIST
denied CLIENT KILL TYPE normal
denied CLIENT PAUSE 1
denied MONITOR
denied SHUTDOWN NOSAVE
denied REPLICAOF NO ONE
denied MODULE LIST
denied SCRIPT FLUSH
denied SAVE
denied PUBLISH scanlogin:watch:1 x
denied RENAME userToken_0 userToken_1
denied DUMP userToken_0
denied COPY userToken_0 userToken_1
denied GET other
denied SET other x
denied DEL other
denied EXISTS userToken_0 other
denied EVAL "return redis.call('GET', KEYS[1])" 1 other
for command in "'GET', 'other'" "'FLUSHALL'" "'PUBLISH', 'others', 'x'"; do
  assert_contains "$command in a script" "user executing the script can't" "$(as_endpoint EVAL "return redis.call($command)" 0)"
done
denied SUBSCRIBE others
denied PUBSUB CHANNELS
assert_eq "another's key" secret "$(redis_q GET other)"

it "its own keys are not"
assert_eq "what is there" x "$(as_endpoint GET userToken_0)"

# ---- MySQL -------------------------------------------------------------------------------------------

it "MySQL's user may do what sql/grants.sql says, and nothing else"
# The privileges, table by table, as the file has them and as MySQL does.
# shellcheck disable=SC2016 # names in MySQL's quotes
granted() { sed -En 's/^GRANT (.*) ON (`?scanlogin`?\.)?`?([a-z]+_[a-z]+)`? TO .*/\3: \1/p' | sort; }
assert_eq "grants" "$(granted < "$STACK_ROOT/sql/grants.sql")" "$(mysql_q 'SHOW GRANTS FOR scanlogin@localhost' | granted)"
assert_eq "tables" 4 "$(granted < "$STACK_ROOT/sql/grants.sql" | wc -l)"
# shellcheck disable=SC2016 # names in MySQL's quotes
assert_eq "all the rest" 'GRANT USAGE ON *.* TO `scanlogin`@`localhost`' \
  "$(mysql_q 'SHOW GRANTS FOR scanlogin@localhost' | grep -v ' ON .scanlogin.\.' | sed 's/ IDENTIFIED .*//')"

it "the page of the documentation has the same lines"
assert_eq "Redis's user in docs/" 1 "$(grep -lF -- "$(sed -n '/^user scanlogin/s/.*PASSWORD-SHA256 //p' "$STACK_ROOT/redis/scanlogin-user.conf")" \
  "$STACK_ROOT"/docs/*.md | wc -l)"
