# shellcheck shell=bash
# Sourced by every shell test: . "$(dirname "$0")/../lib/setup.bash". Beside it, in $LIB, for those who need them:
#
#   login.bash        a login and its replies; bound.bash, one that is bound to its browser; admin.bash, what admins do
#   providers.bash    logins by a redirect, at the stand-in of tests/stand_in
#   load.bash         people who log in all the while, each of whose answers is judged
#   keys.bash         keys of two halves
#   demo.bash         `make run` by itself; browser.bash, with Chromium in front of it; npm.bash, packages of npm
#   migrations.bash   what is in sql/
#   *.pl              clients and servers worse than curl and nginx are; each says at its head what it does
#
# Gives the test a private directory and, on start_stack, a private MariaDB, Redis, nginx, WeChat sandbox and endpoints
# in it. When the script ends, however it ends, they are stopped; each endpoint must then exit 0 and no log may hold
# a sanitizer's report. A failed assertion ends the script.
#
#   start_stack [ENDPOINT…]      starts all of it (all endpoints when none is named)
#   setting NAME=VALUE…          changes endpoint settings: before start_stack, or before endpoint_replace NAME
#   api METHOD PATH [CURL ARG…]  one request through nginx; sets $status $body $headers_file $body_file
#   sandbox PATH [CURL ARG…]     the same with GET, to the WeChat sandbox ($SANDBOX is its URL)
#   direct NAME METHOD QUERY [IDTOKEN [VARIABLE=VALUE…]]   the same, straight to the endpoint's socket
#   jwt HEADER PAYLOAD [KEY]     prints a token signed with KEY (the endpoints' SECRET_KEY)
#   record METHOD PATH [CURL ARG…]   with RECORD, a file, api does it: notes request and reply (tests/openapi/check.mjs)
#   mysql_q SQL   redis_q ARG…   print the answer;   tag UUID   prints how a uuid stands in the keys of its login
#   redis_rights [RULE…]         the endpoints' user of Redis has the rights of redis/scanlogin-user.conf, changed by these
#                                rules of ACL SETUSER; until it is called again
#   pids                         of all endpoints
#   log_of NAME                  prints the path of a log: current, nginx-access, redis, …
#   endpoint_kill NAME           SIGKILL, for what a crash leaves; process_kill PID, of one that was replaced
#   refused NAME                 starts an endpoint that must not start; prints what it wrote
#   it TEXT                      says what is checked next
#   assert_eq WHAT EXPECTED ACTUAL    assert_contains WHAT PART WHOLE     assert_not_contains WHAT PART WHOLE
#   assert_status CODE    assert_body TEXT    assert_json JQ_FILTER EXPECTED
#   assert_header NAME VALUE    assert_no_header NAME    fail TEXT
#   eventually COMMAND…          runs COMMAND until it succeeds; fails when only a hang can be the reason
# and, from tools/stack.sh, endpoint_start, endpoint_replace, program_stop, program_running, pid_of, redis_start,
# mysql_start "$MYSQL_SECRET".

set -euo pipefail
# shellcheck source=tools/stack.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/stack.sh"

# shellcheck disable=SC2034 # for the tests
LIB=$STACK_ROOT/tests/lib
MODE=${MODE:-release}
BUILD_DIR=${BUILD_DIR:-$STACK_ROOT/build/$MODE}
export LC_ALL=C.UTF-8
export ASAN_OPTIONS=exitcode=99 LSAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=exitcode=99
# Seconds after which it hangs, whatever else the machine does. No test is judged by how fast the machine is: it waits for
# an event, and only what the product itself measures takes the time that it takes.
PATIENCE=300
STACK_WAIT=$PATIENCE
NGINX_WORKERS=1 NGINX_LIMITS=off # a test asks faster than a person
MYSQL_OPTIONS=(--innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite --innodb-flush-method=nosync)
MYSQL_SECRET=database-secret
REDIS_SECRET="cache's secret: #1 <ö> %26&|;~@/?*()[]{}!=+,^"
TEST_SECRET_KEY=test-secret-key-of-more-than-32-bytes
TEST_NAME=$(basename "$0" .sh)

declare -A TEST_SETTINGS=()
checks=0 status='' body='' current_it='' SANDBOX=''

test_dir=$(mktemp -d "${TMPDIR:-/tmp}/scanlogin-test.XXXXXX")
stack_init "$test_dir" "$BUILD_DIR" "$STACK_ROOT/templates"
headers_file=$test_dir/headers.$BASHPID
body_file=$test_dir/body.$BASHPID

# ---- life and death ---------------------------------------------------------------------------------

every_endpoint() { local file; for file in "$STACK_ROOT"/cgi-bin/*.cc; do basename "$file" .cc; done; }

pids() { local name; for name in $(every_endpoint); do pid_of "$name" || echo "$name is gone"; done; }

setting() { # NAME=VALUE…
  local pair
  for pair in "$@"; do TEST_SETTINGS[${pair%%=*}]=${pair#*=}; done
  write_settings
}
write_settings() {
  local name
  for name in "${!TEST_SETTINGS[@]}"; do echo "$name=\"${TEST_SETTINGS[$name]}\""; done > "$STACK_DIR/env"
}

# shellcheck disable=SC2120 # most tests want all of it
start_stack() { # [ENDPOINT…]
  local attempt port name
  local -A given=()
  for name in "${!TEST_SETTINGS[@]}"; do given[$name]=${TEST_SETTINGS[$name]}; done
  (($#)) || mapfile -t names < <(every_endpoint)
  (($# == 0)) || names=("$@")
  # A port that was free a moment ago can be somebody's by now; then another one is asked for.
  for ((attempt = 1; ; attempt++)); do
    port=$(free_port)
    nginx_start "unix:$STACK_DIR/http.sock" "$port" 2> "$test_dir/nginx-said" && break
    if ((attempt == 10)) || ! grep -q 'Address already in use' "$test_dir/nginx-said"; then
      fail "$(< "$test_dir/nginx-said")"
    fi
  done
  SANDBOX=http://127.0.0.1:$port
  TEST_SETTINGS=([SECRET_KEY]=$TEST_SECRET_KEY [WX_APPID]=wx0123456789abcdef
    [WX_SECRET]=00112233445566778899aabbccddeeff [WX_API_BASE]=$SANDBOX [WX_OPEN_BASE]=$SANDBOX
    [MP_APPID]=wx1123456789abcdef [MP_SECRET]=10112233445566778899aabbccddeeff
    [MINI_APPID]=wx2123456789abcdef [MINI_SECRET]=20112233445566778899aabbccddeeff
    [WX_JS_URL]=$SANDBOX$WX_JS_PATH [TEMPLATE_DIR]=$TEMPLATES [PROVIDER_DIR]=$STACK_ROOT/providers
    [MYSQL_SOCKET]=$STACK_DIR/mysql.sock [MYSQL_PASSWORD]=$MYSQL_SECRET [REDIS_SOCKET]=$STACK_DIR/redis.sock
    [REDIS_USER]=scanlogin [REDIS_PASSWORD]=$REDIS_SECRET
    [WORKER_THREADS]=8 [LOG_LEVEL]=debug)
  [[ $REDIS_MODE != cluster ]] || TEST_SETTINGS[REDIS_CLUSTER]=1
  for name in "${!given[@]}"; do TEST_SETTINGS[$name]=${given[$name]}; done
  write_settings
  mysql_start "$MYSQL_SECRET" || fail "no MariaDB"
  redis_start || fail "no Redis"
  for name in weixin-sandbox "${names[@]}"; do endpoint_start "$name" || fail "no $name"; done
}

endpoint_kill() { # NAME
  local pid
  pid=$(pid_of "$1") || fail "$1 is not running"
  process_kill "$pid"
  rm -f "$STACK_DIR/$1.pid"
}
process_kill() { # PID
  kill -KILL "$1"
  eventually process_gone "$1" || fail "$1 survived SIGKILL"
  unset "SPAWNED[$1]" # its exit status is no fault
  wait "$1" 2> /dev/null || true
}

refused() { # NAME
  local said
  # In a subshell, so that its exit status is nobody's.
  if said=$(endpoint_start "$1" 2>&1); then fail "$1 started"; fi
  echo "$said"
}

teardown() {
  local result=$? pid name file ended
  trap - EXIT
  trap '' PIPE # whoever reads this may be gone; the servers must end all the same
  set +e
  program_stop nginx || result=1
  for file in "$STACK_DIR"/*.pid; do
    [[ ! -e $file ]] || program_stop "$(basename "$file" .pid)" || result=1
  done
  reap
  for pid in "${!SPAWNED[@]}"; do end_process "$pid" "${SPAWNED[$pid]% *}" || result=1; done
  # shellcheck disable=SC2153 # of scanlogin-spawn
  for entry in "${ENDED[@]}"; do
    read -r ended pid name <<< "$entry"
    if ((ended != 0)) && [[ $name != redis && $name != mysql ]]; then
      echo "FAILED: $name (pid $pid) ended with status $ended, not 0"
      result=1
    fi
  done
  if grep -lE 'ERROR: AddressSanitizer|LeakSanitizer|runtime error:|WARNING: ThreadSanitizer' "$STACK_DIR"/log/* \
    2> /dev/null; then
    echo "FAILED: a sanitizer's report is in these logs"
    result=1
  fi
  if ((result == 0)); then
    echo "$TEST_NAME: $checks checks passed"
  elif ((result != 77)); then
    for file in "$STACK_DIR"/log/*; do
      [[ ! -s $file ]] || { echo "---- ${file##*/}"; grep -v ' \[Note\] ' "$file" | tail -n 40; }
    done
    echo "$TEST_NAME: FAILED${current_it:+ at: $current_it}"
  fi
  if [[ -n ${KEEP:-} ]]; then echo "kept: $test_dir"; else rm -rf "$test_dir"; fi
  exit "$result"
}
trap teardown EXIT
trap 'exit 130' INT TERM HUP

# ---- requests ---------------------------------------------------------------------------------------

run_curl() { # CURL ARG…
  headers_file=$test_dir/headers.$BASHPID body_file=$test_dir/body.$BASHPID
  : > "$body_file"
  : > "$headers_file"
  status=$(curl -sS --max-time "$PATIENCE" -D "$headers_file" -o "$body_file" -w '%{http_code}' "$@") ||
    fail "curl ended with $? for: ${*: -1}"
  body=$(< "$body_file")
}
api() { # METHOD PATH [CURL ARG…]
  local method=$1 path=$2
  shift 2
  if [[ $method == HEAD ]]; then set -- -I "$@"; else set -- -X "$method" "$@"; fi
  run_curl --unix-socket "$STACK_DIR/http.sock" --path-as-is "$@" "http://localhost$path"
  record "$method" "$path" "$@"
}
# With RECORD, a file: a request and its reply, the last one, for tests/openapi/check.mjs.
record() { # METHOD PATH [CURL ARG…]
  [[ -z ${RECORD:-} ]] ||
    printf '%s\0' "$1" "$2" "$status" "$(< "$headers_file")" "$body" $(($# - 2)) "${@:3}" >> "$RECORD"
}
sandbox() { # PATH [CURL ARG…]
  local path=$1
  shift
  run_curl "$@" "$SANDBOX$path"
}
direct() { # NAME METHOD QUERY [IDTOKEN [VARIABLE=VALUE…]]
  # A name made here: in the redirection $BASHPID would be the child's.
  local name=$1 variables=("REQUEST_METHOD=$2" "QUERY_STRING=$3") reply=$test_dir/reply.$BASHPID
  [[ -z ${4:-} ]] || variables+=("HTTP_IDTOKEN=$4")
  variables+=("${@:5}")
  headers_file=$test_dir/headers.$BASHPID body_file=$test_dir/body.$BASHPID
  env -i "${variables[@]}" timeout "$PATIENCE" "$(command -v cgi-fcgi)" -bind -connect "$(socket_of "$name")" \
    > "$reply" < /dev/null || fail "cgi-fcgi ended with $? for $name"
  sed '/^\r*$/,$d' "$reply" > "$headers_file"
  sed '1,/^\r*$/d' "$reply" > "$body_file"
  status=$(sed -n 's/^[Ss]tatus: *\([0-9]*\).*/\1/p' "$headers_file")
  status=${status:-200}
  body=$(< "$body_file")
}

b64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
jwt() { # HEADER PAYLOAD [KEY]
  local signed
  signed=$(printf %s "$1" | b64url).$(printf %s "$2" | b64url)
  echo "$signed.$(printf %s "$signed" | openssl dgst -sha256 -hmac "${3:-$TEST_SECRET_KEY}" -binary | b64url)"
}

mysql_q() { mysql_admin scanlogin -e "$1"; }
redis_q() { redis_admin --raw "$@"; }
# How a uuid stands in the keys of its login: in a cluster as their hash tag.
tag() { if [[ $REDIS_MODE == cluster ]]; then echo "{$1}"; else echo "$1"; fi; } # UUID
redis_rights() { # [RULE…]
  local words
  read -ra words <<< "$(redis_user)"
  assert_eq "rights at Redis" OK "$(redis_q ACL SETUSER scanlogin reset "${words[@]:2}" "$@")"
}
# Which keys there are that there were none of at note_keys. Their number tells nothing: others run out meanwhile.
note_keys() { redis_q KEYS '*' | sort > "$test_dir/keys"; }
new_keys() { redis_q KEYS '*' | sort | comm -13 "$test_dir/keys" -; }
# From now on user_reads says how often a user was read in MySQL, by whatever program.
count_user_reads() {
  : > "$STACK_DIR/queries"
  mysql_q "SET GLOBAL general_log_file = '$STACK_DIR/queries'; SET GLOBAL general_log = 1"
}
user_reads() { grep -c "Execute.*FROM user_user WHERE id" "$STACK_DIR/queries" || true; }
log_of() { echo "$STACK_DIR/log/$1.log"; }

# ---- assertions -------------------------------------------------------------------------------------

eventually() { wait_until "$PATIENCE" "$@"; }
it() { current_it=$*; echo "- $*"; }
fail() { echo "FAILED: $*"; exit 1; }

assert_eq() { # WHAT EXPECTED ACTUAL
  [[ $3 == "$2" ]] || fail "$1"$'\n'"  expected: $2"$'\n'"  actual:   $3"
  checks=$((checks + 1))
}
assert_contains() { # WHAT PART WHOLE
  [[ $3 == *"$2"* ]] || fail "$1"$'\n'"  expected to contain: $2"$'\n'"  actual: $3"
  checks=$((checks + 1))
}
assert_not_contains() { # WHAT PART WHOLE
  [[ $3 != *"$2"* ]] || fail "$1"$'\n'"  expected not to contain: $2"$'\n'"  actual: $3"
  checks=$((checks + 1))
}
assert_status() { assert_eq "status (body: $body)" "$1" "$status"; }
assert_body() { assert_eq body "$1" "$body"; }
header() { sed -n "s/^$1: *//Ip" "$headers_file" | tr -d '\r'; }
assert_header() { assert_eq "header $1" "$2" "$(header "$1")"; } # NAME VALUE
assert_no_header() { ! grep -qi "^$1:" "$headers_file" || fail "header $1 is there: $(header "$1")"; checks=$((checks + 1)); }
assert_json() { # FILTER EXPECTED
  local actual
  actual=$(jq -cr "$1" "$body_file" 2>&1) || true
  assert_eq "$1 of $body" "$2" "$actual"
}
