#!/bin/bash
# Measures the endpoints behind a nginx of their own, beside what they could be at best and what one would have instead.
# Writes results.md and chart.svg into build/bench. With BRIEF=1 it takes seconds, sees that everything can be measured
# and answers right, judges no time, and writes into build/bench/brief.
#
# Everything runs on this one machine: wrk, nginx, the endpoints, Redis and MariaDB. What is compared is measured in
# turns, a few seconds each, and again in the next round, so that a slow minute of the machine hits all alike.
# STEPS="rates logins" takes only these of the steps below; ROUNDS and SECONDS_EACH change how often and how long,
# HELD_PAGES="1000 10000" how many login pages wait.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tools/stack.sh
. tools/stack.sh
# shellcheck source=tests/bench/measure.sh
. tests/bench/measure.sh
# shellcheck source=tests/bench/data.sh
. tests/bench/data.sh
# shellcheck source=tests/bench/answers.sh
. tests/bench/answers.sh
# shellcheck source=tests/bench/held.sh
. tests/bench/held.sh
# shellcheck source=tests/bench/watchers.sh
. tests/bench/watchers.sh
# shellcheck source=tests/bench/sizes.sh
. tests/bench/sizes.sh
# shellcheck source=tests/bench/cold.sh
. tests/bench/cold.sh
# shellcheck source=tests/bench/admin.sh
. tests/bench/admin.sh
# shellcheck source=tests/bench/cluster.sh
. tests/bench/cluster.sh
# What changes much, or nothing can undo, comes last.
ALL_STEPS=(starts rates memory scale logins hang held watchers sizes cold cluster admin)

BUILD_DIR=${BUILD_DIR:-$STACK_ROOT/build/${MODE:-release}}
BENCH=$STACK_ROOT/tests/bench
if [[ -n ${BRIEF:-} ]]; then
  ROUNDS=1 SECONDS_EACH=1 USERS=1000 PENDING=1000 REQUESTS=2 STARTS=2 OUT=$STACK_ROOT/build/bench/brief
  FEW_ROUNDS=1 LOGIN_SECONDS=2 HANGING=20 HANG_MS=3000 ADMIN_ROWS=10000 ADMIN_REQUESTS=2 ADMIN_ORDERINGS=(id)
  COLD_TOKENS=100 BANS=1 SIZED=1000 WATCHERS=(0 2) LOGINS_A_SECOND=50
  HELD=(50) HELD_WAIT=3 HELD_SECONDS=3 HELD_SCANS=10 HELD_SCANS_A_SECOND=10 HELD_RESTARTS=2
else
  ROUNDS=${ROUNDS:-5} SECONDS_EACH=${SECONDS_EACH:-5} USERS=1000000 PENDING=100000 REQUESTS=${REQUESTS:-1000000} STARTS=15
  FEW_ROUNDS=${FEW_ROUNDS:-3} LOGIN_SECONDS=10 HANGING=200 HANG_MS=5000 ADMIN_ROWS=1000000 ADMIN_REQUESTS=20
  ADMIN_ORDERINGS=(id -id -date_joined nickname -last_login) OUT=$STACK_ROOT/build/bench
  COLD_TOKENS=100000 BANS=5 SIZED=100000 WATCHERS=(0 1 4 16) LOGINS_A_SECOND=833 # WeChat's quota
  read -r -a HELD <<< "${HELD_PAGES:-1000 10000}"
  HELD_WAIT=25 HELD_SECONDS=${HELD_SECONDS:-50} HELD_SCANS=300 HELD_SCANS_A_SECOND=10 HELD_RESTARTS=${HELD_RESTARTS:-20}
fi
LUA_EVERY=$((USERS / COLD_TOKENS))
TRIGGERS_SECONDS=5 # in which an endpoint finds sql/triggers.sql loaded
NGINX_DESCRIPTORS=$(ulimit -Hn)
[[ $NGINX_DESCRIPTORS =~ ^[0-9]{1,5}$ ]] || NGINX_DESCRIPTORS=99999
SECRET_KEY=bench-secret-key-of-more-than-32-bytes
NGINX_LIMITS=off # one address asks all

fail() { say_error "$@"; exit 1; }

# ---- the stack --------------------------------------------------------------------------------------

for program in wrk perl curl; do
  command -v "$program" > /dev/null || { say_error "not installed: $program (tools/packages run bench)"; exit 77; }
done
MODULES=$(nginx -V 2>&1 | sed -n 's/.*--modules-path=\([^ ]*\).*/\1/p')
[[ -e $MODULES/ngx_http_lua_module.so ]] || { say_error "nginx has no Lua module (tools/packages run bench)"; exit 77; }

teardown() {
  local result=$? file entry
  trap - EXIT
  set +e
  for entry in $(jobs -pr); do
    [[ $(ps_name "$entry") != timeout ]] || kill "$entry"
  done
  program_stop nginx
  for file in "$STACK_DIR"/*.pid; do
    [[ ! -e $file ]] || program_stop "$(basename "$file" .pid)"
  done
  if ((result != 0 && result != 77)); then
    for file in "$STACK_DIR"/log/{nginx-error,bare,current,auth,login-wx,login-wx-callback,weixin-sandbox,admin-users}.log; do
      [[ ! -s $file ]] || { echo "---- ${file##*/}"; tail -n 10 "$file"; }
    done
    say_error "FAILED"
  fi
  rm -rf "$STACK_DIR"
  exit "$result"
}
ps_name() { tr -d '\n' 2> /dev/null < "/proc/$1/comm"; }

stack_init "$(mktemp -d "${TMPDIR:-/tmp}/scanlogin-bench.XXXXXX")" "$BUILD_DIR" "$STACK_ROOT/templates"
trap teardown EXIT
trap 'exit 130' INT TERM HUP

fill_in() { sed -e "s#@HELD_PORT@#$HELD_PORT#; s#@DIR@#$STACK_DIR#g; s#@BENCH@#$BENCH#; s#@SECRET_KEY@#$SECRET_KEY#" "$BENCH/$1"; }
# The bare handler is connected to just as `current` is.
bare_upstream() {
  perl -0ne 's{.*^upstream scanlogin-(current .*?\})\s.*}{upstream $1\n}ms or exit 1; s{\bcurrent\b}{bare}g; print' \
    "$STACK_DIR/nginx/scanlogin-upstreams.conf" || fail "no upstream of current"
}

# The demo's nginx with what is compared added, and with as many connections as it may have. A port that was free a
# moment ago can be somebody's by now.
start_nginx() {
  local attempt sandbox_port said=$STACK_DIR/nginx-said
  for ((attempt = 1; ; attempt++)); do
    PORT=$(free_port) HELD_PORT=$(free_port) sandbox_port=$(free_port)
    nginx_configure "127.0.0.1:$PORT" "$sandbox_port" || fail "no nginx"
    { bare_upstream; fill_in nginx-http.conf; } > "$STACK_DIR/nginx/bench-http.conf"
    fill_in nginx-server.conf > "$STACK_DIR/nginx/bench-server.conf"
    sed -i -e "1i load_module $MODULES/ndk_http_module.so;" -e "1i load_module $MODULES/ngx_http_lua_module.so;" \
      -e "1i worker_rlimit_nofile $NGINX_DESCRIPTORS;" -e "s/worker_connections .*;/worker_connections $NGINX_DESCRIPTORS;/" \
      -e 's/include scanlogin-upstreams.conf;/&\n    include bench-http.conf;/' \
      -e 's/include scanlogin-locations.conf;/&\n        include bench-server.conf;/' "$STACK_DIR/nginx/nginx.conf"
    ! (cd "$STACK_DIR" && nginx_command) > "$said" 2>&1 || break
    if ((attempt == 10)) || ! grep -q "Address already in use" "$said"; then fail "nginx: $(< "$said")"; fi
  done
  wait_until 300 program_running nginx || fail "nginx does not run"
  SANDBOX=http://127.0.0.1:$sandbox_port SITE=http://127.0.0.1:$PORT
}

start_all() {
  local name
  start_nginx
  printf '%s="%s"\n' SECRET_KEY "$SECRET_KEY" WX_APPID wx0123456789abcdef \
    WX_SECRET 00112233445566778899aabbccddeeff WX_API_BASE "$SANDBOX" WX_TIMEOUT_MS "$HANG_MS" \
    TEMPLATE_DIR "$TEMPLATES" MYSQL_SOCKET "$STACK_DIR/mysql.sock" MYSQL_PASSWORD bench \
    REDIS_SOCKET "$STACK_DIR/redis.sock" > "$STACK_DIR/env"
  MYSQL_OPTIONS=(--innodb-buffer-pool-size=128M --innodb-log-file-size=96M) # the server's own defaults
  mysql_start bench || fail "no MariaDB"
  redis_start --appendonly yes || fail "no Redis"
  echo "for users" > "$STACK_DIR/guarded.txt"
  for name in weixin-sandbox login-wx login-wx-callback current auth logout; do endpoint_start "$name" || fail "no $name"; done
  BUILD_DIR=$BUILD_DIR/bench endpoint_start bare || fail "no bare handler"
}

# ---- what is measured -------------------------------------------------------------------------------

measure_starts() {
  local settings i
  mapfile -t settings < <(settings_in "$STACK_DIR/env")
  for ((i = 0; i < STARTS; i++)); do
    first_answer current GET '' "$TOKEN" 200
    first_answer login-wx GET uuid=nobody '' 200
    first_answer login-wx-callback GET 'code=test.start&state=start' '' 200
    first_answer logout POST '' '' 401
  done
}
first_answer() { # NAME METHOD QUERY IDTOKEN STATUS
  local ms
  ms=$(env -i "${settings[@]}" "STACK_DIR=$STACK_DIR" perl "$BENCH/first-answer.pl" "$BUILD_DIR/$1" "${@:2}") ||
    fail "$1 did not start"
  fact "start.$1" "$ms"
}

measure_rates() {
  local round clients subject subjects=(return bare-current current lua-current
    bare-guarded guarded lua-guarded bare-poll poll lua-poll callback)
  for ((round = 1; round <= ROUNDS; round++)); do
    for clients in 16 256; do
      for subject in "${subjects[@]}"; do
        [[ -n ${BRIEF:-} && $clients == 256 && $subject != current ]] || measure rates "$subject" "$clients" "$SECONDS_EACH"
      done
    done
    # The next round the other way about: who comes first has no advantage.
    mapfile -t subjects < <(printf '%s\n' "${subjects[@]}" | tac)
  done
}

# Memory of a new process after so many requests from 256 clients, and halfway there.
measure_memory() {
  local subject name count
  for subject in current guarded poll callback; do
    name=$(program_of "$subject")
    endpoint_replace "$name" || fail "no new $name"
    fact "memory.$name.start" "$(resident "$name")"
    count=0
    for limit in $((REQUESTS / 2)) "$REQUESTS"; do
      while ((count < limit)); do
        measure memory "$subject" 256 "$((SECONDS_EACH * 2))"
        count=$((count + LAST_REQUESTS))
      done
      fact "memory.$name.$((limit == REQUESTS ? 2 : 1))" "$(resident "$name")"
    done
    fact "memory.$name.requests" "$count"
  done
}

measure_scale() {
  local round
  measure_one_of 1
  add_all_users
  measure_one_of "$USERS"

  for ((round = 0; round < FEW_ROUNDS; round++)); do measure scale poll-spread 16 "$SECONDS_EACH" 1; done
  add_pending "$PENDING"
  for ((round = 0; round < FEW_ROUNDS; round++)); do measure scale poll-spread 16 "$SECONDS_EACH" "$PENDING"; done
}
measure_one_of() { # USERS
  local round subject
  for ((round = 0; round < FEW_ROUNDS; round++)); do
    for subject in current lua-current; do measure scale "$subject" 16 "$SECONDS_EACH" "$1"; done
  done
}

measure_logins() {
  local round
  for ((round = 0; round < FEW_ROUNDS; round++)); do
    logins at-once 64 "$LOGIN_SECONDS" ""
    logins 100ms 256 "$LOGIN_SECONDS" slow=100.userinfo-slow=100
  done
  fact memory.login-wx.logins "$(resident login-wx)"
}

# People who only ask, while WeChat hangs on as many who have scanned.
measure_hang() {
  local pid round said
  # Time for the threads to be at it, and for a first refusal of all of them.
  local seconds=$((HANG_MS / 1000 + 2 + FEW_ROUNDS * (SECONDS_EACH + 1)))
  measure quiet poll 16 "$SECONDS_EACH"
  timeout "$((seconds + 300))" "$BUILD_DIR/bench/logins" "$PORT" "$HANGING" "$seconds" hang > "$STACK_DIR/hang" &
  pid=$!
  sleep 1.5 # of the hanging, before it is measured
  for ((round = 0; round < FEW_ROUNDS; round++)); do measure hang poll 16 "$SECONDS_EACH"; done
  wait "$pid" || fail "the hanging logins failed"
  read -r -a said < "$STACK_DIR/hang"
  ((said[0] == 0 && said[5] == 0 && said[7] >= HANGING)) || fail "the logins did not hang: ${said[*]}"
  fact hang.browsers "$HANGING"
  fact hang.unavailable "${said[7]}"
}

# ---- all of it --------------------------------------------------------------------------------------

mkdir -p "$OUT"
describe_machine
start_all
add_users 1 1
mysql_admin scanlogin -e "ALTER TABLE user_user AUTO_INCREMENT = $((USERS + 1))" # who logs in for the first time comes behind
TOKEN=$(head -n 1 "$STACK_DIR/tokens")
check_answers
for step in "${ALL_STEPS[@]}"; do
  [[ " ${STEPS:-$step} " == *" $step "* ]] || continue
  say "$step"
  "measure_$step"
done
check_answers
cp "$STACK_DIR"/*.tsv "$OUT/"
failed=$(perl "$BENCH/report.pl" "$STACK_DIR" "$OUT")
[[ -z ${BRIEF:-} ]] || ((failed == 0)) || fail "$failed requests failed"
echo "$OUT/results.md"
