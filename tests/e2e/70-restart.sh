#!/bin/bash
# Every endpoint is replaced several times while browsers keep asking: no request fails, on kept connections neither,
# a POST neither, and what was begun is brought to its end.
. "$(dirname "$0")/../setup.sh"
. "$(dirname "$0")/flow.bash"

REPLACEMENTS=4
REQUESTS=2000 # at the least, in all

start_stack
log_in "test.$(new_uuid).person=witness"
witness=$token

# ---- load --------------------------------------------------------------------------------------------

enough() { [[ -e $test_dir/enough ]]; }

# keep_asking NAME METHOD PATH [CURL ARG…]: batches of 50 requests, each batch on one kept connection, until there is
# the file `enough`; every answer is a line STATUS BODY of answers-NAME.
keep_asking() {
  local name=$1 method=$2 path=$3 batch
  shift 3
  for ((batch = 0; batch < 400; batch++)); do
    ! enough || return 0
    curl -sS --max-time 60 --unix-socket "$STACK_DIR/http.sock" -X "$method" -w '\n%{http_code}\n' "$@" \
      "http://localhost$path?n=[1-50]" || fail "curl ended with $? for $name"
  done >> "$test_dir/answers-$name"
}
# A person who logs in, looks, logs out and looks again: every answer is known.
keep_logging_in() {
  local n
  for ((n = 0; n < 500; n++)); do
    ! enough || return 0
    log_in "test.$(new_uuid).person=person$1"
    current "$token"
    assert_status 200
    assert_json .data.nickname "用户person$1"
    logout "$token"
    assert_logged_out
    current "$token"
    assert_denied 无效的token
    printf '%s\n' scanned polled looked "logged out" "looked again" >> "$test_dir/steps-$1"
  done
}
requests() {
  echo $(($(cat "$test_dir"/answers-* | grep -cxE '[0-9]{3}') + $(cat "$test_dir"/steps-* | wc -l)))
}
enough_requests() { (($(requests) >= $1)); }
steps_past() { (($(cat "$test_dir"/steps-* | wc -l) > $1)); }

touch "$test_dir"/{answers-current,answers-denied,answers-polls,answers-callback,answers-logout,steps-1,steps-2}
loads=()
keep_asking current GET /api/user/current/ -H "IDTOKEN: $witness" & loads+=($!)
keep_asking denied GET /api/user/current/ & loads+=($!)
keep_asking polls GET "/api/user/login/wx/" -G -d "uuid=$(new_uuid)" & loads+=($!)
keep_asking callback GET "$CALLBACK" & loads+=($!)
keep_asking logout POST /api/user/logout/ -d body=ignored & loads+=($!)
keep_logging_in 1 & loads+=($!)
keep_logging_in 2 & loads+=($!)

# ---- replacing ---------------------------------------------------------------------------------------

it "every endpoint is replaced $REPLACEMENTS times under load"
wait_until 60 steps_past 5 || fail "no load"
for ((round = 1; round <= REPLACEMENTS; round++)); do
  for name in $(every_endpoint); do
    before=$(pid_of "$name")
    endpoint_replace "$name" || fail "$name was not replaced"
    assert_not_contains "$name is another process" "$before" "$(pid_of "$name")"
    process_gone "$before" || fail "the old $name is still there"
  done
  # Somebody goes through all of it between two rounds.
  steps=$(cat "$test_dir"/steps-* | wc -l)
  wait_until 60 steps_past $((steps + 5)) || fail "nobody logs in any more"
done

it "a login that WeChat delays while login-wx is replaced gets its token"
code=test.$(new_uuid).slow=1500
uuid=$(new_uuid)
scan "$uuid" "$code"
poll_at_once delayed "$uuid" &
delayed=$!
wait_until 10 calls_are "$code" "1 0" || fail "WeChat was not asked"
endpoint_replace login-wx || fail "login-wx was not replaced"
wait "$delayed" || fail "the poll failed"
assert_eq "the poll" "1 200 $LOGGED_IN" "$(tally delayed)"
assert_eq "its token" 200 "$(status_of "$(tokens delayed)")"

it "nginx takes a new configuration meanwhile"
nginx_reload "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}" || fail "nginx was not reloaded"
assert_eq "current" 200 "$(status_of "$witness")"

wait_until 120 enough_requests $REQUESTS || fail "only $(requests) requests"
: > "$test_dir/enough"
wait "${loads[@]}" || fail "a request failed"

# ---- what was answered -------------------------------------------------------------------------------

# only NAME STATUS BODY: all of its answers are this one.
only() {
  assert_eq "answers to $1" "$(printf '%s\n%s' "$3" "$2" | sort)" "$(sort -u "$test_dir/answers-$1")"
}
it "not one of $(requests) requests failed"
current "$witness"
only current 200 "$body"
only denied 401 '{"code":1001,"msg":"token认证失败"}'
only polls 200 "$NOTHING_SCANNED"
only callback 200 '{"code":"params-error","msg":"缺少参数 code"}'
only logout 401 '{"code":1001,"msg":"token认证失败"}'
assert_eq "server errors in nginx's log" "" "$(grep -E '" 5[0-9][0-9] ' "$(log_of nginx-access)" || true)"
