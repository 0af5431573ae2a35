#!/bin/bash
# `make run` and the rest of a day's work, as a developer does it, each demo in a directory and on ports of its own.
# Not part of make check under asan: what it looks at is the demo.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/demo.bash"
. "$(dirname "$0")/../lib/login.bash"

ONE=$test_dir/one TWO=$test_dir/two BROKEN=$test_dir/broken
lines() { wc -l <<< "$1"; }

# ---- requests over TCP -------------------------------------------------------------------------------

at() { # DIR METHOD PATH [CURL ARG…]
  run_curl -X "$2" "${@:4}" "http://127.0.0.1:${port[$1]}$3"
}
at_current() { at "$1" GET /api/user/current/ -H "IDTOKEN: $2"; } # DIR TOKEN
# log_in_at DIR TEXT: what the login page and wxLogin.js do, and a person who clicks on TEXT; sets $token.
log_in_at() {
  local dir=$1 weixin=http://127.0.0.1:${sandbox_port[$1]}/connect cookies=$test_dir/cookies uuid appid callback href
  rm -f "$cookies"
  at "$dir" POST /api/user/login/wx/ -c "$cookies"
  assert_json .data.js "$weixin/zh_CN/htmledition/js/wxLogin.js"
  read -r uuid appid callback <<< "$(jq -r '.data | "\(.uuid) \(.appid) \(.redirect_uri)"' "$body_file")"
  at "$dir" GET "/api/user/login/wx/?uuid=$uuid" -b "$cookies"
  assert_nothing_scanned
  run_curl -G "$weixin/qrconnect" -d "appid=$appid" -d scope=snsapi_login -d "state=$uuid" -d self_redirect=true \
    --data-urlencode "redirect_uri=$callback"
  assert_status 200
  href=$(sed -n "s/.*href=\"\([^\"]*\)\">$2.*/\1/p" "$body_file" | sed 's/&amp;/\&/g')
  run_curl -L --max-redirs 1 -b "$cookies" "$weixin/$href"
  assert_status 200
  assert_contains "the callback's page" '微信登录成功' "$body"
  at "$dir" GET "/api/user/login/wx/?uuid=$uuid" -b "$cookies"
  assert_logged_in
}

it "make run ends at a URL that answers"
run_demo "$ONE"
assert_contains "what it said" "open http://127.0.0.1:${port[$ONE]}/" "$said"
at "$ONE" GET /
assert_status 200
assert_header Content-Type 'text/html; charset=utf-8'
assert_contains "the page" '<!DOCTYPE html>' "$body"

it "a person logs in and sees the current user"
log_in_at "$ONE" 张三
mine=$token
at_current "$ONE" "$mine"
assert_status 200
assert_json .data.nickname 张三
zhangsan=$body

it "make status names every program, and each runs"
make_demo "$ONE" status || fail "$said"
assert_eq "programs" "$({ every_endpoint; echo mysql redis nginx weixin-sandbox; } | xargs -n 1 | sort)" \
  "$(awk '$3 == "running" { print $1 }' <<< "$said" | sort)"
assert_eq "lines" "$(grep -c running <<< "$said")" "$(lines "$said")"

it "make run again says that it is running, and changes nothing"
before=$(processes "$ONE")
make_demo "$ONE" run || fail "$said"
assert_contains "what it said" "already running: http://127.0.0.1:${port[$ONE]}/" "$said"
assert_eq "processes" "$before" "$(processes "$ONE")"

it "make restart-current replaces that one alone"
before=$(cat "$ONE"/*.pid | sort)
old=$(< "$ONE/current.pid")
make_demo "$ONE" restart-current || fail "$said"
assert_eq "pids that are gone" "$old" "$(comm -23 <(echo "$before") <(cat "$ONE"/*.pid | sort))"
at_current "$ONE" "$mine"
assert_body "$zhangsan"

it "the database of a demo that an earlier version made is brought up to date"
demo_sql() { mariadb --no-defaults -S "$ONE/mysql.sock" -u root scanlogin -N -e "$1"; }
demo_sql 'DROP TABLE scanlogin_schema; ALTER TABLE user_audit DROP KEY user_audit_session_uniq, DROP COLUMN session,
  ADD UNIQUE KEY user_audit_request_uniq (request, action)'
make_demo "$ONE" restart-mysql || fail "$said"
assert_eq "columns named session" 1 "$(demo_sql "SELECT COUNT(*) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = 'scanlogin' AND COLUMN_NAME = 'session'")"

it "make restart replaces the endpoints, and restart-redis, -mysql and -nginx keep the sessions"
for name in '' -redis -mysql -nginx; do
  make_demo "$ONE" "restart$name" || fail "$said"
  at_current "$ONE" "$mine"
  assert_status 200
  assert_body "$zhangsan"
done
demo "$ONE" restart-nothing && fail "restarted nothing"
assert_contains "what it said" "no program nothing here" "$said"

it "what was killed is shown as stopped, and make run starts it again, and nothing else"
before=$(cat "$ONE"/*.pid | sort)
killed_pids=$(cat "$ONE"/{current,redis,mysql}.pid | sort)
for pid in $killed_pids; do
  kill -KILL "$pid"
  eventually process_gone "$pid" || fail "$pid survived"
done
make_demo "$ONE" status && fail "status says that all runs: $said"
assert_eq "stopped" "$(printf '%s\n' current mysql redis)" "$(awk '$3 == "stopped" { print $1 }' <<< "$said" | sort)"
make_demo "$ONE" run || fail "$said"
assert_eq "pids that are gone" "$killed_pids" "$(comm -23 <(echo "$before") <(cat "$ONE"/*.pid | sort))"
at_current "$ONE" "$mine"
assert_status 200
assert_body "$zhangsan"

it "two demos run side by side, and know nothing of each other"
run_demo "$TWO"
log_in_at "$TWO" 李四
at_current "$TWO" "$token"
assert_json '[.data.id, .data.nickname]' '[1,"李四"]'
at_current "$TWO" "$mine"
assert_denied token认证失败
at_current "$ONE" "$mine"
assert_body "$zhangsan"

# ---- faults ------------------------------------------------------------------------------------------

# refuses SETTING PART: a run with it fails with one line that has this part, and leaves nothing behind.
refuses() {
  in_demo "$BROKEN" "$1" "$STACK_ROOT/tools/demo" run && fail "it runs with $1: $said"
  assert_contains "what it said of $1" "$2" "$said"
  assert_eq "lines of: $said" 1 "$(lines "$said")"
  no_processes "$BROKEN" || fail "left behind: $(processes "$BROKEN")"
  demo "$BROKEN" status && fail "something runs: $said"
  assert_not_contains "status" "  running" "$said"
}
it "a port that is taken is one line, and nothing is left running"
sandbox_port[$BROKEN]=$(free_port)
port[$BROKEN]=${port[$TWO]}
refuses MODE="$MODE" "port ${port[$TWO]} is taken"
port[$BROKEN]=$(free_port)
sandbox_port[$BROKEN]=${sandbox_port[$TWO]}
refuses MODE="$MODE" "port ${sandbox_port[$TWO]} is taken"

it "a wrong setting is one line with its name, and nothing is left running"
port[$BROKEN]=$(free_port) sandbox_port[$BROKEN]=$(free_port)
refuses TOKEN_TTL_DAYS=x TOKEN_TTL_DAYS
refuses WX_TIMEOUT_MS=1 WX_TIMEOUT_MS
refuses SECRET_KEY=short SECRET_KEY
refuses PORT=99999 99999

it "a restart with a wrong setting is one line, and the demo stays as it was"
in_demo "$TWO" TOKEN_TTL_DAYS=x "$STACK_ROOT/tools/demo" restart && fail "restarted: $said"
assert_contains "what it said" TOKEN_TTL_DAYS "$said"
assert_eq "lines of: $said" 1 "$(lines "$said")"
at_current "$TWO" "$token"
assert_status 200
demo "$TWO" restart || fail "it cannot be restarted any more: $said"

# ---- the end -----------------------------------------------------------------------------------------

it "make stop ends every process of this demo, and of no other"
make_demo "$ONE" stop || fail "$said"
no_processes "$ONE" || fail "left behind: $(processes "$ONE")"
assert_eq "sockets left" "" "$(find "$ONE" -maxdepth 1 -name '*.sock*')"
make_demo "$ONE" status && fail "status says that something runs: $said"
at_current "$TWO" "$token"
assert_status 200
make_demo "$ONE" stop || fail "stopping twice: $said"

it "make run again: the token is still good"
run_demo "$ONE"
at_current "$ONE" "$mine"
assert_status 200
assert_body "$zhangsan"

it "stopped, neither leaves a process; no program wrote a sanitizer's report"
for dir in "$ONE" "$TWO"; do
  demo "$dir" stop || fail "$said"
  no_processes "$dir" || fail "left behind: $(processes "$dir")"
  no_reports "$dir"
done
