# shellcheck shell=bash disable=SC2034,SC2154 # variables of setup.bash and login.bash, and for the tests
# Held polls. Sourced after login.bash.
#
#   start_held [ENDPOINT…]             start_stack, with an nginx that keeps no idle connection to an endpoint
#   hold NAME UUID WAIT [CURL ARG…]    polls in the background, to be held for WAIT seconds at the most
#   hold_many COUNT WAIT               so many at once, each with a uuid of its own; their NAME is many
#   hang_up NAME                       its client goes away
#   are_held COUNT                     waits until the endpoint has so many at least
#   still_held NAME                    whether there is no reply yet
#   held_reply NAME                    waits for it; sets $status $body $headers_file $body_file, and $lasted, in ms
#   many_replies                       waits for those of hold_many; COUNT STATUS BODY are in $test_dir/many.tally
#   longest_of_many                    prints the time that the last of them took, in whole seconds
#   connections                        prints how many login-wx has: one for each request that it has, behind start_held
#   nginx_again                        starts nginx anew, with its configuration as it is now

declare -A HOLDING=()

start_held() {
  start_stack "$@"
  sed -i '/^ *keepalive/d' "$STACK_DIR/nginx/scanlogin-upstreams.conf"
  nginx_again
}
nginx_again() {
  program_stop nginx
  rm -f "$STACK_DIR/http.sock"
  (cd "$STACK_DIR" && nginx_command) || fail "no nginx"
  eventually program_running nginx || fail "nginx does not run"
}

hold() { # NAME UUID WAIT [CURL ARG…]
  rm -f "$test_dir/held-$1".*
  curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" -D "$test_dir/held-$1.headers" \
    -o "$test_dir/held-$1.body" -w '%{http_code} %{time_total}' "${@:4}" "http://localhost$BEGIN?uuid=$2&wait=$3" \
    > "$test_dir/held-$1.status" &
  HOLDING[$1]=$!
}
held_reply() { # NAME
  wait "${HOLDING[$1]}" || fail "the held poll $1 ended with $?"
  headers_file=$test_dir/held-$1.headers body_file=$test_dir/held-$1.body
  read -r status lasted < <(cat "$test_dir/held-$1.status"; echo)
  lasted=$((10#${lasted%.*} * 1000 + 10#${lasted#*.} / 1000))
  body=$(< "$body_file")
}
still_held() { ! process_gone "${HOLDING[$1]}"; } # NAME
hang_up() { # NAME
  kill "${HOLDING[$1]}"
  wait "${HOLDING[$1]}" 2> /dev/null || true
}

hold_many() { # COUNT WAIT
  local n
  for ((n = 1; n <= $1; n++)); do
    printf 'url = "http://localhost%s?uuid=many%d&wait=%d"\noutput = "%s/many.%d"\n' "$BEGIN" "$n" "$2" "$test_dir" "$n"
  done > "$test_dir/many.curl"
  curl -sSg --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" --parallel --parallel-immediate --parallel-max "$1" \
    -w '%{filename_effective} %{http_code} %{time_total}\n' -K "$test_dir/many.curl" > "$test_dir/many.replies" 2> "$test_dir/many.said" &
  HOLDING[many]=$!
}
many_replies() {
  local file answered
  wait "${HOLDING[many]}" || fail "curl ended with $?: $(tail -n 1 "$test_dir/many.said")"
  while read -r file answered _; do echo "$answered $(< "$file")"; done < "$test_dir/many.replies" | sort | uniq -c |
    sed 's/^ *//' > "$test_dir/many.tally"
}
longest_of_many() { sort -k 3 -n "$test_dir/many.replies" | tail -n 1 | sed -E 's/.* ([0-9]+)\..*/\1/'; } # in whole seconds

connections() { awk -v path="$STACK_DIR/login-wx.sock" '$6 == "03" && index($8, path) == 1' /proc/net/unix | wc -l; }
have_connected() { (($(connections) >= $1)); } # COUNT
are_held() { # COUNT
  eventually have_connected "$1" || fail "$(connections) of $1 polls have arrived"
  # Answered by the same loop, after what had arrived.
  poll nobody
  assert_nothing_scanned
}
no_connection() { (($(connections) == 0)); }
