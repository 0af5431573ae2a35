#!/bin/bash
# Measures the endpoints behind a nginx of their own, beside what they could be at best and what one would have instead.
# Writes results.md and chart.svg into build/bench. With BRIEF=1 it takes seconds, sees that everything can be measured
# and answers right, judges no time, and writes into build/bench/brief.
#
# Everything runs on this one machine: wrk, nginx, the endpoints, Redis and MariaDB. What is compared is measured in
# turns, a few seconds each, and again in the next round, so that a slow minute of the machine hits all alike.
# STEPS="rates logins" takes only these of starts, rates, memory, scale, logins, hang and admin; ROUNDS and SECONDS_EACH
# change how often and how long.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tools/stack.sh
. tools/stack.sh
# shellcheck source=tests/bench/measure.sh
. tests/bench/measure.sh
# shellcheck source=tests/bench/admin.sh
. tests/bench/admin.sh

BUILD_DIR=${BUILD_DIR:-$STACK_ROOT/build/${MODE:-release}}
BENCH=$STACK_ROOT/tests/bench
if [[ -n ${BRIEF:-} ]]; then
  ROUNDS=1 SECONDS_EACH=1 USERS=1000 TOKENS=(1 10 100) PENDING=1000 REQUESTS=2 STARTS=2
  FEW_ROUNDS=1 LOGIN_SECONDS=2 HANGING=20 HANG_MS=3000 ADMIN_ROWS=10000 ADMIN_REQUESTS=2
  ADMIN_ORDERINGS=(id) OUT=$STACK_ROOT/build/bench/brief
else
  ROUNDS=${ROUNDS:-5} SECONDS_EACH=${SECONDS_EACH:-5} USERS=1000000 TOKENS=(1 1000 100000) PENDING=100000
  REQUESTS=${REQUESTS:-1000000} STARTS=15 FEW_ROUNDS=${FEW_ROUNDS:-3} LOGIN_SECONDS=10 HANGING=200 HANG_MS=5000
  ADMIN_ROWS=1000000 ADMIN_REQUESTS=20 ADMIN_ORDERINGS=(id -id -date_joined nickname -last_login) OUT=$STACK_ROOT/build/bench
fi
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

fill_in() { sed -e "s#@DIR@#$STACK_DIR#g; s#@BENCH@#$BENCH#; s#@SECRET_KEY@#$SECRET_KEY#" "$BENCH/$1"; }
# The bare handler is connected to just as `current` is.
bare_upstream() {
  perl -0ne 's{.*^upstream scanlogin-(current .*?\})\s.*}{upstream $1\n}ms or exit 1; s{\bcurrent\b}{bare}g; print' \
    "$STACK_DIR/nginx/scanlogin-upstreams.conf" || fail "no upstream of current"
}

# The demo's nginx with what is compared added. A port that was free a moment ago can be somebody's by now.
start_nginx() {
  local attempt sandbox_port said=$STACK_DIR/nginx-said
  for ((attempt = 1; ; attempt++)); do
    PORT=$(free_port) sandbox_port=$(free_port)
    nginx_configure "127.0.0.1:$PORT" "$sandbox_port" || fail "no nginx"
    { bare_upstream; fill_in nginx-http.conf; } > "$STACK_DIR/nginx/bench-http.conf"
    fill_in nginx-server.conf > "$STACK_DIR/nginx/bench-server.conf"
    sed -i -e "1i load_module $MODULES/ndk_http_module.so;" -e "1i load_module $MODULES/ngx_http_lua_module.so;" \
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

# ---- data -------------------------------------------------------------------------------------------

redis_quiet() { [[ $(redis_admin INFO persistence) == *aof_rewrite_in_progress:0* ]]; }
pipe_to_redis() {
  local said
  said=$(timeout 900 redis-cli -s "$STACK_DIR/redis.sock" --pipe) || fail "Redis: $said"
  [[ $said == *"errors: 0,"* ]] || fail "Redis: $said"
  # Redis may be writing its file anew now, and whoever watches it has a lot to read.
  sleep 1 # which nothing tells the end of
  wait_until 300 redis_quiet || fail "Redis does not come to rest"
}

# The users FIRST to LAST: rows, sessions, and tokens in DIR/tokens.
add_users() { # FIRST LAST
  timeout 900 mariadb --no-defaults --default-character-set=utf8mb4 -S "$STACK_DIR/mysql.sock" -u root scanlogin -e "
    INSERT INTO user_user (id, password, username, date_joined, nickname, avatar_url)
    SELECT seq, '!', CONCAT('bench-', seq), UTC_TIMESTAMP(6), CONCAT('用户', seq),
           CONCAT('https://thirdwx.qlogo.cn/mmopen/vi_32/', seq, '/132') FROM seq_$1_to_$2" || fail "no users"
  SECRET_KEY=$SECRET_KEY timeout 900 "$BUILD_DIR/bench/tokens" "$1" "$2" "${TOKENS[2]}" "$STACK_DIR/tokens" | pipe_to_redis
}

# Codes that nobody polls for.
add_pending() { # COUNT
  perl -e 'for (1 .. $ARGV[0]) {
      my ($key, $code) = ("WeixinCodeMap:pending-$_", "test.pending-$_");
      printf "*5\r\n\$3\r\nSET\r\n\$%d\r\n%s\r\n\$%d\r\n%s\r\n\$2\r\nEX\r\n\$3\r\n600\r\n", length $key, $key,
        length $code, $code;
    }' "$1" | pipe_to_redis
}

# ---- right before fast ------------------------------------------------------------------------------

# same WHAT EXPECTED_STATUS PATH_A PATH_B [CURL ARG…]: both answer that, and the same text.
same() {
  local what=$1 status=$2 a b
  a=$(curl -sS --max-time 300 -w ' %{http_code}' "${@:5}" "$SITE$3")
  b=$(curl -sS --max-time 300 -w ' %{http_code}' "${@:5}" "$SITE$4")
  [[ $a == *" $status" && $a == "$b" ]] || fail "$what: expected the same answer with $status"$'\n'"  $3: $a"$'\n'"  $4: $b"
}

# Every guard of a file admits these, and refuses those.
guards() { # WHAT STATUS [CURL ARG…]
  local path status
  for path in /bench/guarded /bench/bare/guarded /bench/lua/guarded; do
    [[ $path != *bare* || $2 == 200 ]] || continue # which knows no token
    status=$(curl -sS --max-time 300 -o /dev/null -w '%{http_code}' "${@:3}" "$SITE$path")
    [[ $status == "$2" ]] || fail "$path, $1: expected $2, got $status"
  done
}

check_answers() {
  local ours=/api/user/current/ lua=/bench/lua/current token header rest
  token=$(head -n 1 "$STACK_DIR/tokens") header=${TOKEN%%.*} rest=${TOKEN#*.}
  same "a good token" 200 $ours /bench/return -H "IDTOKEN: $token"
  same "a good token" 200 $ours /bench/bare -H "IDTOKEN: $token"
  same "a good token" 200 $ours $lua -H "IDTOKEN: $token"
  guards "a good token" 200 -H "IDTOKEN: $token"
  guards "no token" 401
  guards "a cut token" 401 -H "IDTOKEN: ${token%?}"
  same "no token" 401 $ours $lua
  same "no token at all" 401 $ours $lua -H "IDTOKEN: nonsense"
  same "a cut token" 401 $ours $lua -H "IDTOKEN: ${token%?}"
  same "a forged signature" 401 $ours $lua -H "IDTOKEN: ${token%.*}.$(tr 'A-Za-z' 'N-ZA-Mn-za-m' <<< "${token##*.}")"
  same "another payload" 401 $ours $lua -H "IDTOKEN: $header.eyJpZCI6Mn0.${rest#*.}"
  same "no algorithm" 401 $ours $lua -H "IDTOKEN: $(printf '{"alg":"none"}' | base64 | tr -d '=').$rest"
  redis_admin RENAME userToken_1 aside > /dev/null
  redis_admin RENAME lua:session:1 lua-aside > /dev/null
  same "a session that is over" 401 $ours $lua -H "IDTOKEN: $token"
  guards "a session that is over" 401 -H "IDTOKEN: $token"
  redis_admin RENAME aside userToken_1 > /dev/null
  redis_admin RENAME lua-aside lua:session:1 > /dev/null
  same "a session that is back" 200 $ours $lua -H "IDTOKEN: $token"
  same "nothing scanned" 200 /api/user/login/wx/ /bench/lua/poll -G -d uuid=nobody
  same "no uuid" 200 /api/user/login/wx/ /bench/lua/poll
  same "a bad uuid" 200 /api/user/login/wx/ /bench/lua/poll -G -d uuid=a/b
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
        count=$((count + last_requests))
      done
      fact "memory.$name.$((limit == REQUESTS ? 2 : 1))" "$(resident "$name")"
    done
    fact "memory.$name.requests" "$count"
  done
}

measure_scale() {
  local round
  measure_spread 1 1
  add_users 2 "$USERS"
  measure_spread "$USERS" "${TOKENS[@]}"
  fact "memory.current.tokens" "$(resident current)"

  for ((round = 0; round < FEW_ROUNDS; round++)); do measure scale poll-spread 16 "$SECONDS_EACH" 1; done
  add_pending "$PENDING"
  for ((round = 0; round < FEW_ROUNDS; round++)); do measure scale poll-spread 16 "$SECONDS_EACH" "$PENDING"; done
}
measure_spread() { # USERS TOKENS…
  local round users=$1 count
  shift
  for ((round = 0; round < FEW_ROUNDS; round++)); do
    for count in "$@"; do
      measure scale "current-spread:$count" 16 "$SECONDS_EACH" "$users"
      measure scale "lua-current-spread:$count" 16 "$SECONDS_EACH" "$users"
    done
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
TOKEN=$(head -n 1 "$STACK_DIR/tokens")
check_answers
for step in starts rates memory scale logins hang admin; do
  [[ " ${STEPS:-$step} " == *" $step "* ]] || continue
  say "$step"
  "measure_$step"
done
check_answers
cp "$STACK_DIR"/*.tsv "$OUT/"
failed=$(perl "$BENCH/report.pl" "$STACK_DIR" "$OUT")
[[ -z ${BRIEF:-} ]] || ((failed == 0)) || fail "$failed requests failed"
echo "$OUT/results.md"
