#!/bin/bash
# Redis or MySQL stopped, frozen, or refusing: 503 with Retry-After, never a word about the token; and once they are
# back the endpoints, which nobody has restarted, go on where they were.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/admin.bash"

# What `current` answers from memory meanwhile is for e2e: cache.
setting WX_TIMEOUT_MS=3000 PROFILE_TRUST_S=0
start_stack
PIDS=$(pids)

become_admin
log_in "$(code person=a)"
TOKEN=$token TARGET=$user
scan pending "$(code person=b)"

back_again() { # all is as before, by the same processes
  current "$TOKEN"
  assert_status 200
  log_in "$(code)"
  logout "$token"
  assert_status 200
  admin GET 'users/?limit=1'
  assert_status 200
  assert_eq "the processes" "$PIDS" "$(pids)"
}
unavailable() { # COMMAND…
  "$@"
  assert_unavailable
  assert_no_header WWW-Authenticate
  assert_no_header Content-Security-Policy
}
all_unavailable() { # UUID [COMMAND…]: all at once, as some wait for a time limit
  local call waiting=()
  for call in "current $TOKEN" "logout $TOKEN" "poll $1" 'admin GET users/' 'admin GET audit/?format=csv' \
    "mine GET identities/" "mine DELETE identities/1/" "mine GET export/" "mine DELETE current/ --data-binary {}" \
    'admin DELETE oauths/1/' "admin POST users/$TARGET/logout/" "patch $TARGET {} x" "${@:2}"; do
    # shellcheck disable=SC2086 # a command and its arguments
    unavailable $call &
    waiting+=($!)
  done
  for call in "${waiting[@]}"; do wait "$call" || exit 1; done
}
mine() { api "$1" "/api/user/$2" -H "IDTOKEN: $TOKEN" "${@:3}"; } # METHOD PATH [CURL ARG…]
call_back() { api GET "$CALLBACK?code=c&state=u"; }
needs_no_backend() {
  current x
  assert_denied token认证失败
  logout "$(jwt '{"alg":"HS256"}' '{"id":1,"exp":1}')"
  assert_denied token过期失效
  poll ''
  assert_json .code params-error
  api GET "$CALLBACK?code=c"
  assert_json .code params-error
  api DELETE /api/user/current/
  assert_denied token认证失败
  api PUT /api/user/current/
  assert_status 405
}

it "Redis is stopped: 503 at once for whatever needs it"
redis_q SAVE > /dev/null # so that it comes back with what it had
program_stop redis
for _ in 1 2; do
  all_unavailable pending call_back
done
direct current GET '' "$TOKEN"
assert_unavailable
needs_no_backend

it "an endpoint starts while Redis is stopped"
endpoint_replace login-wx-callback || fail "not started"
PIDS=$(pids)
unavailable call_back

it "Redis is back: all goes on, with the sessions and the codes it had"
redis_start || fail "no Redis"
back_again
poll pending
assert_json '.data.token | type' string

it "Redis was restarted between two requests: nobody notices"
redis_q SAVE > /dev/null
program_stop redis
redis_start || fail "no Redis"
current "$TOKEN"
assert_status 200
scan pending "$(code person=b)"
back_again

it "Redis is frozen: 503 within its time limits, and all goes on when it thaws"
scan frozen "$(code)"
redis_pid=$(pid_of redis)
kill -STOP "$redis_pid"
all_unavailable frozen call_back
needs_no_backend
kill -CONT "$redis_pid"
back_again

it "a claim that Redis took after all ends by itself, and the code is there"
logged_in() { poll "$1" && [[ $(jq -r '.data.token | type' "$body_file") == string ]]; }
eventually logged_in frozen || fail "no login: $body"

it "Redis refuses to write: 503, and the code is kept for later"
redis_q CONFIG SET maxmemory 1 > /dev/null
unavailable call_back
current "$TOKEN"
assert_status 200
redis_q CONFIG SET maxmemory 0 > /dev/null
back_again

it "MySQL is stopped: 503 for whatever needs a user, and the code is kept"
mysql_pending=$(code person=b)
scan pending "$mysql_pending"
program_stop mysql
for _ in 1 2; do all_unavailable pending; done
direct logout POST '' "$TOKEN"
assert_unavailable
needs_no_backend
scan meanwhile "$(code)"
poll nothing
assert_body "$NOTHING_SCANNED"
current "$(jwt '{"typ":"jwt_","alg":"HS256"}' '{"id":1,"exp":4102444800}')"
assert_denied 无效的token

it "an endpoint starts while MySQL is stopped"
endpoint_replace current || fail "not started"
PIDS=$(pids)
current "$TOKEN"
assert_unavailable

it "MySQL is back: the login that waited for it goes on, and WeChat is not given the code again"
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
back_again
poll pending
assert_json '.data.token | type' string
assert_eq "exchanges" 1 "$(calls "$mysql_pending" | cut -d ' ' -f 1)"
poll meanwhile
assert_json '.data.token | type' string

it "MySQL was restarted between two requests: nobody notices"
program_stop mysql
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
current "$TOKEN"
assert_status 200
log_in "$(code person=c)"
back_again

it "MySQL is frozen: 503 within its time limits, and all goes on when it thaws"
scan pending "$(code person=b)"
mysql_pid=$(pid_of mysql)
kill -STOP "$mysql_pid"
all_unavailable pending
kill -CONT "$mysql_pid"
back_again
poll pending
assert_json '.data.token | type' string

it "a statement that MySQL refuses is 503, and shows nothing of it"
scan pending "$(code person=b)"
mysql_q 'RENAME TABLE user_user TO user_gone'
all_unavailable pending
mysql_q 'RENAME TABLE user_gone TO user_user'
back_again

it "MySQL throws its connections out: nobody notices"
connections() { mysql_q 'SELECT id FROM information_schema.processlist WHERE user = "scanlogin"' | sort; }
thrown_out=$(connections)
for id in $thrown_out; do mysql_q "KILL $id" 2> /dev/null || true; done # one of them may have ended by itself
none_is_left() { [[ -z $(comm -12 <(echo "$thrown_out") <(connections)) ]]; }
eventually none_is_left || fail "connections that were thrown out are there"
back_again

it "a logout that fails has ended nothing"
program_stop mysql
logout "$TOKEN"
assert_unavailable
mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
back_again
