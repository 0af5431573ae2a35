# shellcheck shell=bash
# The step `watchers`: what `current` answers, for one token, while LOGINS_A_SECOND people log in and more and more
# processes watch the same Redis. Sourced by bench.sh.
#
# Writes samples of the phase `watchers`, labelled with the number of watchers beside `current` itself ("none" without
# logins), and facts watchers.LABEL.* of each: logins a second, and kilobytes that Redis sent in one.

# What the logins write into Redis is written by login_writes.cc, through the endpoints' own classes: whole logins at
# this rate would take both cores.
measure_watchers() {
  local round count
  mkdir -p "$STACK_DIR/watchers"
  for ((round = 0; round < FEW_ROUNDS; round++)); do
    measure watchers current 16 "$SECONDS_EACH" none
    for count in "${WATCHERS[@]}"; do
      watchers_start "$count"
      watched_sample "$count"
    done
    watchers_stop
  done
}

# Watchers are `current` under other names. One watches from its first look-up on.
watchers_start() { # COUNT
  local name before
  while ((watchers_running < $1)); do
    name=current-$((++watchers_running))
    ln -sfn "$BUILD_DIR/current" "$STACK_DIR/watchers/$name"
    before=$(watching)
    BUILD_DIR=$STACK_DIR/watchers endpoint_start "$name" || fail "no $name"
    [[ $(ask_watcher "$name") == *'{"code":200,'* ]] || fail "$name: $(ask_watcher "$name")"
    (($(watching) > before)) || fail "$name watches nothing"
  done
}
watchers_running=0
watching() { redis_fact clients tracking_clients; }
ask_watcher() { # NAME
  env -i REQUEST_METHOD=GET QUERY_STRING='' HTTP_IDTOKEN="$TOKEN" timeout 60 cgi-fcgi -bind -connect "$STACK_DIR/$1.sock"
}
watchers_stop() {
  for ((; watchers_running > 0; watchers_running--)); do program_stop "current-$watchers_running" || fail "a watcher did not end"; done
}

watched_sample() { # COUNT
  local pid sent began
  login_writes "$((LOGINS_A_SECOND * (SECONDS_EACH + 2)))" "$LOGINS_A_SECOND" > "$STACK_DIR/logins-written" &
  pid=$!
  sleep 1 # of logins, before it is measured
  began=${EPOCHREALTIME/./} sent=$(redis_sent)
  measure watchers current 16 "$SECONDS_EACH" "$1"
  fact "watchers.$1.sent" $((($(redis_sent) - sent) * 1000000 / (${EPOCHREALTIME/./} - began) / 1024))
  wait "$pid" || fail "the logins failed"
  fact "watchers.$1.logins" "$(cut -f 2 "$STACK_DIR/logins-written")"
}
redis_sent() { redis_fact stats total_net_output_bytes; }

# Users of their own, above all others.
login_writes() { # COUNT PER_SECOND
  timeout "$((600 + SECONDS_EACH * 2))" "$BUILD_DIR/bench/login_writes" "$STACK_DIR/redis.sock" \
    "$((100000000 + SECONDS * 1000000))" "$1" "$2"
}
