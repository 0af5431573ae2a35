#!/bin/bash
# Every endpoint is replaced 20 times by itself, and 20 times with all the others and nginx's configuration, while people
# log in, look and log out and `current` is asked as fast as it goes: not one of 100,000 requests fails. What was begun is
# brought to its end.
# Part of make check under tsan as well.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/load.bash"

TIMES=20
REQUESTS=100000 # at the least, in all
# The sanitizers' builds are many times slower; the release build plays the full number.
[[ $MODE == release ]] || TIMES=5 REQUESTS=25000

setting WX_TIMEOUT_MS=14000
start_stack
log_in "$(code person=witness)"
witness=$token

# ---- load --------------------------------------------------------------------------------------------

requests() {
  load_asked report
  echo $(($(cat "$test_dir"/answers-* | wc -l) + ${said%% *}))
}
enough_requests() { (($(requests) >= REQUESTS)); }

load_start 4
# Without the descriptors of the load, which ends when nobody holds them any more.
loads=()
keep_asking current GET /api/user/current/ -H "IDTOKEN: $witness" 6>&- 7>&- & loads+=($!)
keep_asking denied GET /api/user/current/ 6>&- 7>&- & loads+=($!)
keep_asking logout POST /api/user/logout/ -d body=ignored --rate 100/s 6>&- 7>&- & loads+=($!)

# ---- replacing ---------------------------------------------------------------------------------------

replace() { # NAME
  local before
  before=$(pid_of "$1")
  endpoint_replace "$1" || fail "$1 was not replaced"
  process_gone "$before" || fail "the old $1 is still there"
  [[ $(pid_of "$1") != "$before" ]] || fail "$1 is the same process"
}
mapfile -t endpoints < <(every_endpoint)

it "every endpoint is replaced $TIMES times by itself"
for name in "${endpoints[@]}"; do
  for ((time = 0; time < TIMES; time++)); do replace "$name"; done
done

it "all are replaced $TIMES times, with nginx's configuration"
for ((time = 0; time < TIMES; time++)); do
  for name in "${endpoints[@]}"; do replace "$name"; done
  nginx_reload "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}" || fail "nginx was not reloaded"
done

it "a login that WeChat delays while login-wx is replaced gets its token"
code=$(code slow=4000)
uuid=$(new_uuid)
scan "$uuid" "$code"
poll_at_once delayed "$uuid" &
delayed=$!
eventually calls_are "$code" 1 0 || fail "WeChat was not asked"
replace login-wx
wait "$delayed" || fail "the poll failed"
assert_eq "the poll" "1 200 $LOGGED_IN" "$(tally delayed)"
assert_eq "its token" 200 "$(status_of "$(tokens delayed)")"

# ---- what was answered -------------------------------------------------------------------------------

it "not one request failed"
eventually enough_requests || fail "only $(requests) requests"
: > "$test_dir/enough"
for load in "${loads[@]}"; do wait "$load" || fail "a request failed"; done
all=$(requests)
only() { # NAME ANSWER
  assert_eq "answers to $1" "$2" "$(sort -u "$test_dir/answers-$1")"
}
current "$witness"
only current "$body 200"
only denied "$(denial missing) 401"
only logout "$(denial missing) 401"
load_end
assert_contains "the load" ', 0 unavailable' "$said"
assert_eq "server errors in nginx's log" "" "$(grep -E '" 5[0-9][0-9] ' "$(log_of nginx-access)" || true)"
echo "figure: restarts: $all requests, 0 failed"
