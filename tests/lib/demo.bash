# shellcheck shell=bash disable=SC2154 # variables of setup.bash
# `make run` in directories and on ports of its own, for tests. Sourced after setup.bash; when the test ends, every demo
# that it started is stopped.
#
# Its pages keep the token themselves, as those of a site without TOKEN_COOKIE do; DEMO_ENV=() makes it as it comes.
#
#   run_demo DIR               starts one; its ports are then ${port[DIR]} and ${sandbox_port[DIR]}
#   demo DIR VERB              tools/demo VERB; sets $said to what it printed, returns its status
#   make_demo DIR TARGET       the same through make
#   with_demo DIR COMMAND…     runs it in the environment of somebody who has set nothing but which demo it is, and
#                              what DEMO_ENV has, NAME=VALUE each
#   in_demo DIR COMMAND…       the same, its output into $said
#   processes DIR              no_processes DIR       no_reports DIR (of a sanitizer, in its logs)

declare -A port sandbox_port
DEMO_ENV=(TOKEN_COOKIE=)
with_demo() {
  local dir=$1
  shift
  env -i PATH="$PATH" HOME="$test_dir" TMPDIR="$test_dir" LC_ALL="$LC_ALL" CI="${CI:-}" \
    ASAN_OPTIONS="$ASAN_OPTIONS" LSAN_OPTIONS="$LSAN_OPTIONS" UBSAN_OPTIONS="$UBSAN_OPTIONS" TSAN_OPTIONS="$TSAN_OPTIONS" \
    "${DEMO_ENV[@]}" MODE="$MODE" RUN_DIR="$dir" STACK_WAIT="$PATIENCE" ${port[$dir]:+PORT="${port[$dir]}" SANDBOX_PORT="${sandbox_port[$dir]}"} "$@"
}
in_demo() { said=$(with_demo "$@" 2>&1); }
demo() { in_demo "$1" "$STACK_ROOT/tools/demo" "${@:2}"; }
# What make would build is what is tested here: it is there.
make_demo() { in_demo "$1" make -s -o all -C "$STACK_ROOT" "${@:2}"; }
# On ports that nobody has; one that was taken in the meantime is another one's luck.
run_demo() {
  local attempt
  for attempt in 1 2 3 4 5; do
    port[$1]=$(free_port) sandbox_port[$1]=$(free_port)
    [[ ${port[$1]} != "${sandbox_port[$1]}" ]] || continue
    make_demo "$1" run && return
    [[ $said == *"is taken by another program"* ]] || break
  done
  fail "make run failed (attempt $attempt): $said"
}
# Everything that works in a demo's directory: its programs do, and nothing else.
processes() {
  local process cwd
  for process in /proc/[0-9]*; do
    cwd=$(readlink "$process/cwd" 2> /dev/null) || continue
    [[ $cwd != "$1" && $cwd != "$1"/* ]] || process_gone "${process#/proc/}" || echo "${process#/proc/}"
  done
}
no_processes() { [[ -z $(processes "$1") ]]; }
no_reports() { assert_eq "reports" "" "$(grep -lE 'Sanitizer|runtime error:' "$1"/log/* || true)"; }

stop_demos() { # STATUS
  local dir
  for dir in "${!port[@]}"; do
    [[ ! -d $dir ]] || demo "$dir" stop || echo "FAILED: $dir was not stopped: $said"
    if (($1 != 0)) && [[ -d $dir/log ]]; then tail -n 20 "$dir"/log/*.log; fi
  done
}
trap 'ended=$?; set +e; stop_demos "$ended"; (exit "$ended"); teardown' EXIT
