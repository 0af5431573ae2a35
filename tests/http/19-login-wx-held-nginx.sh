#!/bin/bash
# nginx and held polls (GET login/wx/?uuid=U&wait=S): they have a time limit of their own, and nothing else waits longer
# than without them. What the endpoint is told, the limits per client and the logs are those of every other poll.
. "$(dirname "$0")/../lib/setup.bash"
. "$(dirname "$0")/../lib/login.bash"
. "$(dirname "$0")/../lib/guard.bash"

mapfile -t sockets < <(every_endpoint | sed "s#.*#$STACK_DIR/&.sock#")
HELD="$BEGIN?uuid=very-secret-uuid&wait="
# A guarded page, and what a site may say for itself that would be wrong here.
site_conf << 'END'
location /club/ {
    include scanlogin-guard.conf;
    alias @DIR@/;
}
fastcgi_read_timeout 900s;
fastcgi_ignore_client_abort on;
error_page 418 429 502 503 504 /page;
END
start_stack login-wx

RATES=on # off: without the limits of requests a second
# The time limits that nginx has, one for held polls and one for the rest. For this test 900 s are for ever.
time_limits() { # HELD REST
  nginx_configure "unix:$STACK_DIR/http.sock" "${SANDBOX##*:}" || fail "nginx refuses its configuration"
  sed -i -E "s/^( *fastcgi_read_timeout) 45s;/\1 $1;/; s/^( *fastcgi_read_timeout) 20s;/\1 $2;/" "$STACK_DIR"/nginx/scanlogin-*.conf
  [[ $RATES == on ]] || sed -i '/^ *limit_req /d' "$STACK_DIR/nginx/scanlogin-login.conf"
  program_stop nginx
  rm -f "$STACK_DIR/http.sock"
  (cd "$STACK_DIR" && nginx_command) || fail "no nginx"
  eventually program_running nginx || fail "nginx does not run"
}

# In the background: what METHOD PATH is answered is in the file NAME once it is, STATUS BODY. Its process is ${asked[NAME]}.
declare -A asked=()
ask() { # NAME METHOD PATH
  local head=()
  [[ $2 != HEAD ]] || head=(-I)
  curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" -X "$2" "${head[@]}" -o "$test_dir/$1.body" \
    -w '%{http_code}' "http://localhost$3" > "$test_dir/$1.status" &
  asked[$1]=$!
}
answer() { # NAME: sets $answer once it is there
  wait "${asked[$1]}" || fail "$1 has no answer"
  answer="$(< "$test_dir/$1.status") $(< "$test_dir/$1.body")"
}
is_asked() { (($(grep -cFx -- "$2" "$test_dir/mute.log") >= $1)); } # COUNT LINE

# Programs that answer nothing, in every endpoint's place.
mute() {
  local socket
  : > "$test_dir/mute.log"
  spawn mute perl "$LIB/mute.pl" "$test_dir/mute.log" "${sockets[@]}"
  muted=$!
  for socket in "${sockets[@]}"; do eventually test -S "$socket" || fail "no program at $socket"; done
}
unmute() {
  end_process "$muted" mute || fail "the mute programs do not end"
  rm -f "${sockets[@]}"
}

it "as they come: 45 s for held polls, 20 s for the rest"
config=$(cd "$STACK_DIR" && nginx_command -T 2> "$test_dir/refused") || fail "$(< "$test_dir/refused")"
assert_eq "fastcgi_read_timeout in scanlogin's files" '20s 20s 45s 45s' "$(
  awk '/^# configuration file / { ours = /\/nginx\/scanlogin-/ } ours && $1 == "fastcgi_read_timeout" { print $2 }' <<< "$config" |
    tr -d ';' | sort | paste -sd ' ')"

it "the endpoint is told of a held poll what it is told of any other, with and without the slash"
program_stop login-wx
site_program login-wx fastcgi
told() { grep -vE '^(QUERY_STRING|REQUEST_URI|REQUEST_ID)=' "$body_file"; } # but for what is each request's own
for path in $BEGIN ${BEGIN%/}; do
  api GET "$path?uuid=u"
  assert_status 200
  plain=$(told)
  api GET "$path?uuid=u&wait=7"
  assert_eq "what is told of $path" "$plain" "$(told)"
  assert_contains "the arguments" $'\nQUERY_STRING=uuid=u&wait=7\n' "$body"
  assert_contains "the path" $'\nSCRIPT_NAME='"$path"$'\n' "$body"
done
end_process "$(< "$STACK_DIR/login-wx.pid")" login-wx

it "nothing else waits as long as a held poll"
time_limits 900s 1s
mute
waits=(1 9 10 19 20 25 025)
for wait in "${waits[@]}"; do
  ask "held-$wait" GET "$HELD$wait"
  ask "bare-$wait" GET "${BEGIN%/}?wait=$wait&uuid=very-secret-uuid"
  eventually is_asked 1 "GET $HELD$wait" || fail "wait=$wait has not arrived"
done
others=()
other() { # METHOD PATH
  others+=("$*")
  ask "other-${#others[@]}" "$@"
}
for path in $BEGIN ${BEGIN%/}; do
  for query in uuid=u 'uuid=u&wait' 'uuid=u&wait=' wait={0,00,26,99,250,026,25x,x25,-1,+1,1.5,%32} 'wait=0&wait=25' \
    uuid=wait=25 await=25 waits=25; do
    other GET "$path?$query"
  done
  for method in HEAD POST PUT DELETE OPTIONS GETS; do other $method "$path?uuid=u&wait=25"; done
done
for path in login/wx/callback current logout sessions identities export jwks.json admin/users admin/oauths admin/audit; do
  for slash in '' /; do other GET "/api/user/$path$slash?uuid=u&wait=25"; done
done
other GET '/club/page?uuid=u&wait=25'
for ((n = 1; n <= ${#others[@]}; n++)); do
  answer "other-$n"
  [[ ${others[n - 1]} != HEAD* ]] || answer="${answer%% *} $UNAVAILABLE" # it has no body
  assert_eq "the reply to ${others[n - 1]}" "503 $UNAVAILABLE" "$answer"
done
for name in "${waits[@]/#/held-}" "${waits[@]/#/bare-}"; do
  ! process_gone "${asked[$name]}" || fail "$name waits no longer than the rest"
done

it "when the endpoint dies, a held poll is told so in the form of every other reply"
unmute
for name in "${waits[@]/#/held-}" "${waits[@]/#/bare-}"; do
  answer "$name"
  assert_eq "$name" "503 $UNAVAILABLE" "$answer"
done
api GET "${HELD}25"
assert_unavailable

it "... and so it is when the time is over, which is its own"
time_limits 1s 900s
mute
ask plain GET "$BEGIN?uuid=plain"
eventually is_asked 1 "GET $BEGIN?uuid=plain" || fail "the plain poll has not arrived"
api GET "${HELD}25"
assert_unavailable
! process_gone "${asked[plain]}" || fail "the plain poll has the same limit"
unmute
answer plain

it "a client that hangs up is gone at the endpoint as well"
time_limits 900s 900s
mute
ask left GET "${HELD}25"
eventually is_asked 1 "GET ${HELD}25" || fail "it has not arrived"
kill "${asked[left]}"
eventually is_asked 1 "closed GET ${HELD}25" || fail "its place at the endpoint is not free"
unmute

it "200 people of one office may each have a held poll and a second request at the same time"
NGINX_LIMITS=on
time_limits 900s 900s
mute
many() { # COUNT PATH: so many GETs in the background, each over a connection of its own; the process is $many
  local n
  for ((n = 1; n <= $1; n++)); do printf 'url = "http://localhost%s"\noutput = "%s"\n' "$2" "$test_dir/many"; done > "$test_dir/many.curl"
  curl -sSg --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" --parallel --parallel-immediate --parallel-max "$1" \
    -w '%{http_code}\n' -K "$test_dir/many.curl" > "$test_dir/many.statuses" 2> "$test_dir/many.said" &
  many=$!
  eventually are_asked_or_refused "$1" "GET $2" || fail "$(grep -cFx "GET $2" "$test_dir/mute.log") of $1 have arrived"
  assert_eq "answered" '' "$(sort "$test_dir/many.statuses" | uniq -c)"
}
are_asked_or_refused() { [[ -s $test_dir/many.statuses ]] || is_asked "$@"; }
many 200 "${HELD}25"
held=$many
many 200 "$BEGIN?uuid=second"

it "... and 512 requests are the most of one address, held or not"
kill "$held" "$many"
eventually is_asked 200 "closed GET ${HELD}25" || fail "nginx keeps what was given up"
unmute
RATES=off
time_limits 900s 900s
mute
for n in 256 256; do many $n "${HELD}25&part=$SRANDOM"; done
api GET "$BEGIN?uuid=u"
assert_eq "one more" '429 {"code":429,"msg":"请求过于频繁，请稍后再试"}' "$status $body"
assert_header Retry-After 1
assert_json_headers
api GET "${HELD}25"
assert_eq "one more that is held" '429 {"code":429,"msg":"请求过于频繁，请稍后再试"}' "$status $body"
assert_header Retry-After 1
kill "$many"
is_let_in() { curl -sS --max-time 1 --unix-socket "$STACK_DIR/http.sock" "http://localhost${HELD}25" > "$test_dir/in" || is_asked 1 "GET ${HELD}25"; }
eventually is_let_in || fail "who hangs up gives no place up"
unmute

it "no uuid is in nginx's logs"
assert_contains "the access log" "\"GET $BEGIN\"" "$(< "$(log_of nginx-access)")"
assert_eq "logs that have one" '' "$(grep -lE 'secret|login/wx[^ ]*\?' "$STACK_DIR"/log/nginx-* || true)"
