# shellcheck shell=bash disable=SC2034,SC2154
# A load that judges every answer (tests/load/journeys.cc), for tests that break the servers. Sourced after login.bash.
#
#   load_start PLAYERS     starts it, and waits until all goes well
#   may_see SYMPTOM…       503, 502, 40163, killed, cut: what answers may show from now on; none
#   sessions_lost          Redis has forgotten everything
#   asked_by COUNT         waits until so many more requests were answered, whatever with
#   unavailable_by COUNT   waits until so many more requests were answered with no more than a symptom
#   well_again NAME        the fault is over: waits until all goes well, and prints how long after this that was
#   load_end               ends it: no answer may have been wrong
#   witnesses              logs two persons in: $witness, who stays, and $gone, who logs out
#   sessions_are_kept      the one is still logged in, the other still is not
#   keep_asking NAME METHOD PATH [CURL ARG…]    batches of requests, each batch on one kept connection, until there is the file
#                          `enough`; every answer is a line STATUS BODY of answers-NAME
#   assert_persons         each person that logged in is one user, with both identities
#
# Its ends are the descriptors 6 and 7, which spawn closes for the servers.

load_start() { # PLAYERS
  mkfifo "$test_dir/load.in" "$test_dir/load.out"
  "$BUILD_DIR/load/journeys" "$STACK_DIR/http.sock" "$1" < "$test_dir/load.in" > "$test_dir/load.out" \
    2> "$test_dir/load.wrong" &
  load_pid=$!
  exec 6> "$test_dir/load.in" 7< "$test_dir/load.out"
  load_asked back
  [[ $said == well* ]] || load_failed "no load: $said"
}
load_failed() { fail "$1"$'\n'"$(uniq -c "$test_dir/load.wrong" | head -n 20)"; }
load_asked() { # COMMAND: sets $said
  echo "$1" >&6
  read -r -t $((3 * PATIENCE)) said <&7 || load_failed "the load does not answer: $1"
}
may_see() { # SYMPTOM…
  load_asked "allow $*"
  assert_eq "what the load says" allowed "$said"
}
sessions_lost() {
  load_asked "lost sessions"
  assert_eq "what the load says" lost "$said"
}
unavailable_so_far() {
  load_asked report
  [[ $said =~ ([0-9]+)\ unavailable$ ]] || load_failed "the load says: $said"
  unavailable=${BASH_REMATCH[1]}
}
asked_so_far() {
  load_asked report
  asked=${said%% *}
}
has_asked() { # COUNT
  asked_so_far
  ((asked >= $1))
}
asked_by() { # COUNT
  asked_so_far
  eventually has_asked $((asked + $1)) || load_failed "only $said"
}
reaches() { # COUNT
  unavailable_so_far
  ((unavailable >= $1))
}
unavailable_by() { # COUNT
  unavailable_so_far
  eventually reaches $((unavailable + $1)) || load_failed "only $said"
}
well_again() { # NAME
  load_asked back
  [[ $said == well* ]] || load_failed "after $1: $said"
  echo "figure: $1: $said"
}
load_end() {
  load_asked end
  exec 6>&- 7<&-
  wait "$load_pid" || true
  [[ $said == *', 0 wrong, '* ]] || load_failed "the load: $said"
  checks=$((checks + ${said%% *}))
  echo "load: $said"
}
assert_persons() {
  assert_eq "persons with two users" "" "$(mysql_q "SELECT nickname FROM user_user GROUP BY nickname HAVING COUNT(*) > 1")"
  assert_eq "users without both identities" 0 "$(mysql_q "SELECT COUNT(*) FROM user_user u WHERE 2 <>
    (SELECT COUNT(*) FROM user_oauth o WHERE o.user_id = u.id)")"
}

witnesses() {
  log_in "$(code person=witness)"
  witness=$token
  log_in "$(code person=gone)"
  gone=$token
  logout "$gone"
  assert_logged_out
}
sessions_are_kept() {
  assert_eq "the session from before" 200 "$(status_of "$witness")"
  assert_eq "the one that had ended" "401 无效的token" "$(status_of "$gone")"
}
keep_asking() {
  local name=$1 method=$2 path=$3
  shift 3
  until [[ -e $test_dir/enough ]]; do
    curl -sS --max-time "$PATIENCE" --unix-socket "$STACK_DIR/http.sock" -X "$method" -w ' %{http_code}\n' "$@" \
      "http://localhost$path?n=[1-200]" || fail "curl ended with $? for $name" >&2
  done > "$test_dir/answers-$name"
}
