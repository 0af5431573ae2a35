#!/bin/bash
# What an endpoint tells of itself: whether it is well, for a load balancer, and what it has counted, for Prometheus.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"

setting PROFILE_TRUST_S=60 WX_TIMEOUT_MS=3000 PROVIDERS='wx github' GITHUB_CLIENT_ID=id GITHUB_CLIENT_SECRET=secret
start_stack

health() { api GET "/scanlogin/health/$1"; } # NAME
metrics() { # NAME
  api GET "/scanlogin/metrics/$1"
  assert_status 200
}
# The sum of a metric's samples, of those whose labels match the pattern.
metric() { # NAME METRIC [PATTERN]
  metrics "$1"
  PATTERN=${3:-.} perl -ne 'if (my ($labels, $value) = /^\Q'"$2"'\E(\{.*\}) (\S+)$/) {
      $sum += $value, $found = 1 if $labels =~ /$ENV{PATTERN}/
    }
    END { print $found ? $sum + 0 : "none" }' "$body_file"
}
is() { [[ $(metric "$1" "$2" "$4") == "$3" ]]; } # NAME METRIC VALUE PATTERN
part_is() { # NAME PART STATUS
  health "$1" && [[ $(jq -r ".$2.status" "$body_file") == "$3" ]]
}

it "each endpoint is well, and says since when"
for name in $(every_endpoint); do
  health "$name"
  assert_status 200
  assert_header Content-Type 'application/json; charset=utf-8'
  assert_header Cache-Control no-store
  assert_json .status up
  assert_json '.since | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$")' true
  for part in redis mysql; do
    case $name.$part in
      jwks.* | *-callback.mysql) expected=unused ;;
      *) expected=up ;;
    esac
    assert_json ".$part.status" "$expected"
    assert_json ".$part | has(\"since\")" "$([[ $expected == up ]] && echo true || echo false)"
  done
  assert_json .weixin '{"status":"unused"}'
done
for name in current auth login-wx login-oauth; do
  eventually part_is "$name" watch up || fail "no watch of $name: $body"
done

it "all else below /scanlogin/ is 404, and what is no GET 405"
for path in /scanlogin /scanlogin/ /scanlogin/health /scanlogin/health/ /scanlogin/health/none /scanlogin/metrics/current/ \
  /scanlogin/health/current/x /scanlogin/other/current /scanlogin/metrics/../health/none; do
  api GET "$path"
  assert_status 404
done
for path in health/current metrics/current; do
  api POST "/scanlogin/$path" --data-binary ''
  assert_status 405
  assert_header Allow 'GET, HEAD'
done
# The endpoint itself knows its own name alone, whatever nginx leads to it.
direct current GET '' '' SCRIPT_NAME=/scanlogin/metrics/logout
assert_status 404

it "a proxy on this machine gets nothing for others"
for header in 'X-Forwarded-For: 192.0.2.1' 'Forwarded: for=192.0.2.1'; do
  api GET /scanlogin/metrics/current -H "$header"
  assert_status 404
done

it "what has happened is counted"
refused=$(metric current scanlogin_http_requests_total 'code="401"')
for _ in 1 2 3; do current x; done
assert_eq "requests refused" $((refused + 3)) "$(metric current scanlogin_http_requests_total 'code="401"')"
log_in "$(code person=a)"
assert_eq "logins" 1 "$(metric login-wx scanlogin_logins_total 'outcome="logged-in"')"
assert_eq "by provider" 1 "$(metric login-wx scanlogin_logins_total 'provider="wx"')"
for call in access_token userinfo; do
  assert_eq "calls of $call" 1 "$(metric login-wx scanlogin_weixin_requests_total "call=\"$call\",errcode=\"0\"")"
done
assert_eq "their durations" 2 "$(metric login-wx scanlogin_weixin_request_duration_seconds_count)"
scan refused "$(code errcode=40029)"
poll refused
assert_eq "refusals" 1 "$(metric login-wx scanlogin_weixin_requests_total 'call="access_token",errcode="40029"')"
assert_eq "logins refused" 1 "$(metric login-wx scanlogin_logins_total 'outcome="refused"')"
assert_eq "the version" 1 "$(metric current scanlogin_build_info "version=\"$(< "$STACK_ROOT/VERSION")\"")"
assert_eq "the process" 1 "$(metric current scanlogin_build_info "endpoint=\"current\",process=\"$(pid_of current)\"")"

it "hits and misses of what is remembered"
misses=$(metric current scanlogin_cache_misses_total)
current "$token"
remembered() { current "$token" && [[ $(metric current scanlogin_cache_entries) == 1 ]]; }
eventually remembered || fail "nothing is remembered"
hits=$(metric current scanlogin_cache_hits_total)
current "$token"
assert_eq "hits" $((hits + 1)) "$(metric current scanlogin_cache_hits_total)"
(($(metric current scanlogin_cache_misses_total) > misses)) || fail "no miss"

it "a poll that is held is counted as that, and is no slow request"
slow=$(metric login-wx scanlogin_http_request_duration_seconds_count)
api GET '/api/user/login/wx/?uuid=held&wait=1' &
held=$!
eventually is login-wx scanlogin_held_polls 1 . || fail "no poll is held"
wait $held
assert_eq "held polls" 0 "$(metric login-wx scanlogin_held_polls)"
assert_eq "that were held" 1 "$(metric login-wx scanlogin_held_request_duration_seconds_count)"
assert_eq "at most a second" 0 "$(metric login-wx scanlogin_held_request_duration_seconds_bucket 'le="0.5"')"
# All that came meanwhile has asked for metrics.
(($(metric login-wx scanlogin_http_request_duration_seconds_count) > slow)) || fail "nothing else is counted"

it "it is Prometheus's format"
for name in $(every_endpoint); do
  metrics "$name"
  assert_header Content-Type 'text/plain; version=0.0.4; charset=utf-8'
  promtool check metrics < "$body_file" > "$test_dir/promtool" 2>&1 || fail "$name: $(< "$test_dir/promtool")"
done

it "WeChat is out of reach: degraded, with 200, for a login by it alone cannot be"
scan lost "$(code status=500)"
poll lost
assert_status 502
health login-wx
assert_status 200
assert_json .status degraded
assert_json .weixin.status down
assert_eq "no reply" 1 "$(metric login-wx scanlogin_weixin_requests_total 'errcode="none"')"
log_in "$(code person=a)"
health login-wx
assert_json .status up

it "however many ask, each server is asked once a second at the most"
asked() { mysql_admin -N -e "SHOW GLOBAL STATUS LIKE 'Com_show_warnings'" | cut -f 2; }
began=$EPOCHSECONDS before=$(asked)
for _ in {1..200}; do health sessions; done
took=$((EPOCHSECONDS - began + 2)) selects=$(($(asked) - before))
((selects >= 1 && selects <= 2 * took)) || fail "$selects statements in $took s"

it "Redis is down: 503, and since when"
program_stop redis
health sessions
eventually part_is sessions redis down || fail "Redis is said to be well: $body"
assert_status 503
assert_json .status down
assert_json .mysql.status up
assert_json '.redis | has("since") and has("reason")' true
since=$(jq -r .redis.since "$body_file")
part_is sessions redis down
assert_json .redis.since "$since"
eventually part_is current watch down || fail "the watch is said to be well: $body"
eventually is current scanlogin_watch_up 0 . || fail "no watch is missing"
health jwks
assert_status 200
redis_start
eventually part_is sessions redis up || fail "Redis is said to be down: $body"
assert_status 200
assert_json '.redis | has("reason")' false
eventually part_is current watch up || fail "the watch does not come back: $body"
(($(metric current scanlogin_watch_lost_total) >= 1)) || fail "no watch was lost"

it "MySQL hangs: an answer comes all the same"
kill -STOP "$(pid_of mysql)"
eventually part_is sessions mysql down || fail "MySQL is said to be well: $body"
assert_status 503
health login-wx-callback # which asks MySQL nothing
assert_status 200
kill -CONT "$(pid_of mysql)"
eventually part_is sessions mysql up || fail "MySQL is said to be down: $body"
assert_status 200

it "two processes of one endpoint are told apart"
first=$(pid_of current)
endpoint_replace current
[[ $(pid_of current) != "$first" ]] || fail "the same process"
assert_eq "the other one" 1 "$(metric current scanlogin_build_info "process=\"$(pid_of current)\"")"
