# shellcheck shell=bash
# The step `held`: login pages that are open, each with a poll that login-wx holds (held.cc). Sourced by bench.sh.
#
# For each number of HELD a line of DIR/held.tsv:
#   pages, polls that ended with nothing and how many of them early, while HELD_SECONDS passed; what that took of a core
#   in percent: login-wx, nginx, Redis; resident memory in KiB without the pages, with them, and after them: of login-wx,
#   of nginx's workers; scans, p50, p99 and max of a scan in microseconds; missed, failed, wrong
# and the facts restart.* of HELD_RESTARTS restarts.

measure_held() {
  local count
  for count in "${HELD[@]}"; do held_polls "$count"; done
  held_restarts "${HELD[0]}"
}

# ---- the pages --------------------------------------------------------------------------------------

held_open() {
  coproc PAGES { exec timeout 1800 "$BUILD_DIR/bench/held" "$HELD_PORT" "$HELD_WAIT"; }
  exec {pages_in}>&"${PAGES[1]}" {pages_out}<&"${PAGES[0]}"
  eval "exec ${PAGES[1]}>&- ${PAGES[0]}<&-"
  # shellcheck disable=SC2153 # which coproc sets
  pages_pid=$PAGES_PID
}
held_tell() { echo "$*" >&"$pages_in"; }
# Sets `said` to the fields of the next answer.
held_hear() { IFS=$'\t' read -r -t 300 -a said <&"$pages_out" || fail "the pages do not answer"; }
held_ask() { held_tell "$@"; held_hear; }
held_end() {
  exec {pages_in}>&- {pages_out}<&-
  wait "$pages_pid" || fail "the pages failed"
}

# As many as nginx's workers have descriptors for, two each.
held_possible() { # COUNT
  local most=$(($(nproc) * (NGINX_DESCRIPTORS - 500) * 2 / 5))
  if (($1 > most)); then
    say "$1 pages need more descriptors than the $NGINX_DESCRIPTORS that nginx's workers may have each: $most pages"
    echo "$most"
  else
    echo "$1"
  fi
}

# ---- nothing happens, and somebody scans ------------------------------------------------------------

nginx_resident() {
  local pid sum=0
  for pid in $(nginx_workers); do
    sum=$((sum + $(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status")))
  done
  echo "$sum"
}
memories() { echo "$(resident login-wx) $(nginx_resident)"; }

held_polls() { # COUNT
  local said pages quiet cpu_before cpu_after none with gone scans tally
  endpoint_replace login-wx || fail "no new login-wx"
  held_open
  held_ask open 10
  held_ask scan 20 20 # so that threads and connections are there
  held_right
  read -r -a none <<< "$(memories)"
  held_ask open "$(held_possible "$1")"
  pages=${said[0]}
  sleep 2 # until the last of them are held
  held_ask tally
  read -r -a cpu_before <<< "$(processor_times login-wx)"
  sleep "$HELD_SECONDS" # which is measured
  read -r -a cpu_after <<< "$(processor_times login-wx)"
  held_ask tally
  quiet=("${said[@]}")
  read -r -a with <<< "$(memories)"
  held_ask scan "$HELD_SCANS" "$HELD_SCANS_A_SECOND"
  scans=("${said[@]}")
  held_right
  held_ask tally
  tally=("${said[@]}")
  held_ask close
  held_end
  sleep 3 # until login-wx has seen all of them go
  read -r -a gone <<< "$(memories)"
  perl -e 'my ($seconds, @is) = @ARGV;
    my @cpu = map { sprintf "%.2f", ($is[$_ + 6] - $is[$_ + 3]) / $seconds } 0 .. 2;
    print join("\t", @is[0 .. 2], @cpu, @is[9 .. $#is]), "\n"' \
    "$HELD_SECONDS" "$pages" "${quiet[@]:0:2}" "${cpu_before[@]}" "${cpu_after[@]}" \
    "${none[0]}" "${with[0]}" "${gone[0]}" "${none[1]}" "${with[1]}" "${gone[1]}" \
    "${scans[@]:0:5}" "$((quiet[2] + tally[2]))" "$((quiet[3] + tally[3]))" | tee -a "$STACK_DIR/held.tsv" >&2
}

# The last scan's token is a good one.
held_right() {
  local answer
  ((said[4] == 0)) || fail "${said[4]} people scanned and their pages had no token"
  answer=$(curl -sS --max-time 60 -H "IDTOKEN: ${said[5]}" "$SITE/api/user/current/")
  [[ $answer == '{"code":200,'* ]] || fail "a held poll's token: $answer"
}

# ---- restarts ---------------------------------------------------------------------------------------

# Somebody scans twice a second meanwhile.
held_restarts() { # COUNT
  local said i
  held_open
  held_ask open "$(held_possible "$1")"
  fact restart.pages "${said[0]}"
  sleep 2 # until the last of them are held
  held_ask tally
  held_tell scan "$((HELD_RESTARTS * 2))" 2
  for ((i = 0; i < HELD_RESTARTS; i++)); do
    endpoint_replace login-wx || fail "no new login-wx"
    sleep 1 # in which the pages are held by the new one
  done
  held_hear
  held_right
  fact restart.count "$HELD_RESTARTS"
  fact restart.scans "${said[0]}"
  fact restart.missed "${said[4]}"
  fact restart.longest "${said[3]}"
  held_ask tally
  fact restart.early "${said[1]}"
  fact restart.failed "${said[2]}"
  fact restart.wrong "${said[3]}"
  held_ask close
  held_end
}
