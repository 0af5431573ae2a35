#!/bin/bash
# docs/prometheus, as a real Prometheus takes it: it scrapes every endpoint under a light load. Nothing is alerted while all is
# well; each fault then has its own alerts fire, and those alone, until it is mended.
# Not part of make check under asan: what it looks at is Prometheus and its rules.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

# Threads of `sessions`: 16, as many as it may have connections to MySQL.
setting WORKER_THREADS=16
start_stack

# ---- Prometheus ------------------------------------------------------------------------------------------

mkdir "$test_dir/prometheus"
cd "$test_dir/prometheus"

# Time spans are shortened: what has to last for minutes does for three seconds, rates are over seven, restarts over twenty.
# A busy machine is no fault: what is down does not answer for eight seconds, and what is slow takes longer than 2.5; it is 5
# where a fault here is the reason.
sed -E -e '/alert: ScanloginDown/,/for:/ s/for: 1m$/for: 8s/; s/for: [0-9]+[mh]$/for: 3s/' \
  -e 's/(process_start_time_seconds.*)\[15m\]/\1[20s]/; s/\[[0-9]+m\]/[7s]/; s/> 0\.25$/> 2.5/' \
  "$STACK_ROOT/docs/prometheus/alerts.yml" > alerts.yml
assert_eq "time spans that stay" "" "$(grep -E 'for: [0-9]+[mh]|\[[0-9]+m\]|0\.25' alerts.yml || true)"

said() { "$@" > said 2>&1 || fail "$* says: $(< said)"; }
it "promtool finds no fault"
said promtool check rules "$STACK_ROOT/docs/prometheus/alerts.yml"
said promtool check rules alerts.yml
said promtool check config "$STACK_ROOT/docs/prometheus/prometheus.yml"

# A port of nginx's for Prometheus, which takes no unix socket; and a file that stands for an endpoint of another version, of
# which there is none here.
metrics_port=''
listens() {
  curl -s --max-time 5 "http://127.0.0.1:$metrics_port/scanlogin/metrics/current" > scraped &&
    grep -q "process=\"$(pid_of current)\"" scraped
}
for _ in {1..10}; do
  metrics_port=$(free_port)
  echo "listen 127.0.0.1:$metrics_port; location = /scanlogin/metrics/other { default_type text/plain; alias $test_dir/prometheus/other; }" > site.conf
  SITE_CONF=$test_dir/prometheus/site.conf
  nginx_reload "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}" || fail "nginx"
  wait_until 20 listens && break
done
listens || fail "nginx does not listen on a port"
: > other

sed -E -e 's/_interval: .*/_interval: 1s/' -e "s/127\.0\.0\.1:80$/127.0.0.1:$metrics_port/" -e 's/^( *- )sessions$/&\n\1other/' \
  "$STACK_ROOT/docs/prometheus/prometheus.yml" > prometheus.yml
said promtool check config prometheus.yml

# Prometheus's answer to a query, as JSON.
asked_prometheus() { # PATH [CURL ARG…]
  curl -sS --max-time "$PATIENCE" "http://127.0.0.1:$port/api/v1/$1" "${@:2}"
}
ready() { [[ $(curl -s --max-time 5 "http://127.0.0.1:$port/-/ready") == *Ready* ]] || process_gone "$prometheus"; }
ln -s "$(command -v prometheus)" "$STACK_DIR/bin/prometheus"
for _ in {1..10}; do
  port=$(free_port)
  spawn prometheus "$STACK_DIR/bin/prometheus" --config.file="$PWD/prometheus.yml" --storage.tsdb.path="$PWD/data" \
    --web.listen-address="127.0.0.1:$port" --log.level=warn
  prometheus=$!
  eventually ready || fail "Prometheus does not start"
  process_gone "$prometheus" || break
  grep -q 'address already in use' "$(log_of prometheus)" || fail "Prometheus: $(tail -n 3 "$(log_of prometheus)")"
  unset "SPAWNED[$prometheus]"
done

# ---- a light load ----------------------------------------------------------------------------------------

# What the logins come to is in the file `logins`: directives of the sandbox. Without one nobody logs in.
log_in_witness() {
  log_in "$(code person=witness)"
  echo "$token" > token
}
log_in_witness
# Each of these goes on until there is the file `enough`, or no nginx any more.
ask() { # FILE CURL ARG…
  curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" -H "IDTOKEN: $(< token)" "${@:2}" > "$1" 2> "$1-said"
}
ask_for_users() {
  until [[ -e enough ]]; do
    ask users http://localhost/api/user/current/ || break
    sleep 0.1
  done
}
ask_for_logins_and_sessions() {
  local uuid paths
  until [[ -e enough ]]; do
    paths=(/api/user/sessions/)
    if [[ -e logins ]]; then
      uuid=$(new_uuid)
      paths+=("$CALLBACK?code=$(code "$(< logins)")&state=$uuid" "$BEGIN?uuid=$uuid")
    else
      touch idle
    fi
    ask answers "${paths[@]/#/http://localhost}" || break
    sleep 0.1
  done
}
logins_come_to() { echo "$1" > logins.new && mv logins.new logins; } # DIRECTIVES
nobody_logs_in() { # and whoever was about to has
  rm -f logins idle
  eventually test -e idle || fail "somebody still logs in"
}
logins_come_to person=a
ask_for_users &
asking=($!)
ask_for_logins_and_sessions &
asking+=($!)

# ---- what fires ------------------------------------------------------------------------------------------

# ALERT of endpoint or provider, a line each.
alerts() { # STATE
  asked_prometheus alerts |
    jq -r --arg state "$1" '.data.alerts[] | select(.state | test($state))
      | .labels | .alertname + " " + (.endpoint // .provider // "")' | sort -u
}
# Only what is expected fires meanwhile; and all of it does. It is looked at some times in each second, in which Prometheus
# evaluates its rules once.
fire_alone() {
  local firing others
  sleep 0.2
  firing=$(alerts firing)
  others=$(comm -23 <(echo "$firing") <(echo "$expected"))
  [[ -z $others ]] || fail "these fire as well: $others"$'\n'"expected are: $expected"
  [[ $firing == "$expected" ]]
}
# Nothing else fires at the next evaluations either.
evaluated() { asked_prometheus rules | jq -r '.data.groups[0].lastEvaluation'; }
evaluated_anew() { [[ $(evaluated) != "$last" ]]; }
evaluations() { # COUNT
  local last
  for _ in $(seq "$1"); do
    last=$(evaluated)
    eventually evaluated_anew || fail "Prometheus evaluates nothing"
    fire_alone || true
  done
}
fires() { # LINE…
  expected=$(printf '%s\n' "$@" | sort -u)
  eventually fire_alone || fail "expected: $expected"$'\n'"firing: $(alerts firing)"$'\n'"pending: $(alerts pending)"
  evaluations 2
  checks=$((checks + 1))
}
# What was expected may still fire, or be about to, until none of it is.
none_fires() {
  fire_alone || true
  [[ -z $(comm -12 <(alerts .) <(echo "$expected")) ]]
}
ceases() {
  eventually none_fires || fail "does not cease: $(alerts .)"
  checks=$((checks + 1))
}
value() { asked_prometheus query --data-urlencode "query=$1" | jq -r '.data.result[0].value[1] // "none"'; } # QUERY
is_true() { [[ $(value "$1") != none ]]; }                                                                      # QUERY
scraped_well() {
  [[ $(value 'count(count_over_time(up[30s]) >= 5 and up == 1)') == $(($(every_endpoint | wc -l) + 1)) ]]
}
of_each() { printf "$1 %s\n" "${@:2}"; } # ALERT ENDPOINT…

it "every endpoint is scraped, and nothing fires while all is well"
eventually scraped_well || fail "not all are scraped: $(asked_prometheus targets | jq -c '.data.activeTargets[] | [.labels.endpoint, .health, .lastError]')"
expected=''
fires ''
evaluations 5
mapfile -t watching < <(asked_prometheus query --data-urlencode 'query=count by (endpoint) (scanlogin_watch_up)' | jq -r '.data.result[].metric.endpoint' | sort)
for name in $(every_endpoint); do
  api GET "/scanlogin/metrics/$name"
  said promtool check metrics < "$body_file"
done
assert_eq "who watches" "auth current login-wx" "${watching[*]}"

it "an endpoint is dead; people are refused by WeChat, for each a reason of their own; another version runs"
endpoint_kill jwks
logins_come_to errcode=40029
echo 'scanlogin_build_info{version="0.0.0",endpoint="other",process="1"} 1' > other
fires 'ScanloginDown jwks' 'ScanloginNoLogins wx' 'ScanloginVersionsDiffer '
endpoint_start jwks || fail "no jwks"
logins_come_to person=a
: > other
ceases

it "WeChat refuses the app's secret"
logins_come_to errcode=40125
fires 'ScanloginWeixinRefuses login-wx' 'ScanloginErrorsLogged login-wx' 'ScanloginNoLogins wx'
logins_come_to person=a
ceases

it "WeChat answers with failures"
logins_come_to status=500
fires 'ScanloginWeixinUnreachable login-wx' 'ScanloginErrors login-wx' 'ScanloginErrorsLogged login-wx' 'ScanloginNoLogins wx'
logins_come_to person=a
ceases

it "Redis no longer tells of changes"
redis_rights '-client|tracking'
redis_q CLIENT KILL TYPE pubsub > /dev/null
mapfile -t lines < <(of_each ScanloginWatchDown "${watching[@]}")
fires "${lines[@]}"
redis_rights
ceases

it "Redis is down"
program_stop redis
mapfile -t lines < <(of_each ScanloginWatchDown "${watching[@]}"
  for name in current sessions login-wx login-wx-callback; do of_each ScanloginErrors $name; of_each ScanloginErrorsLogged $name; done)
fires "${lines[@]}"
redis_start || fail "no Redis"
log_in_witness
ceases

it "a table of MySQL is locked: what asks it waits, until all threads and connections do"
nobody_logs_in
coproc HOLDER { mysql_admin scanlogin --unbuffered; }
echo "LOCK TABLES user_user WRITE; SELECT 'locked';" >&"${HOLDER[1]}"
read -r -t "$PATIENCE" locked <&"${HOLDER[0]}"
assert_eq "MySQL" locked "$locked"
crowd() {
  until [[ -e unlocked ]]; do
    ask crowded --parallel --parallel-immediate --parallel-max 40 'http://localhost/api/user/sessions/?n=[1-40]' || break
  done
}
crowd &
crowding=$!
mapfile -t lines < <(for name in current sessions; do of_each ScanloginErrors $name; of_each ScanloginErrorsLogged $name; done)
fires "${lines[@]}" 'ScanloginSlow current' 'ScanloginPoolExhausted sessions' 'ScanloginThreadsExhausted sessions'
touch unlocked
echo "UNLOCK TABLES;" >&"${HOLDER[1]}"
wait "$crowding"
ceases

it "an endpoint is started anew again and again"
expected='ScanloginRestarting identities'
seen() { is_true "process_start_time_seconds{endpoint=\"identities\",process=\"$(pid_of identities)\"}"; }
one_more() {
  fire_alone && return
  endpoint_replace identities || fail "identities not replaced"
  eventually seen || fail "the new process is not scraped"
  return 1
}
eventually one_more || fail "not noticed: $(alerts .)"
ceases

touch enough
wait "${asking[@]}"
