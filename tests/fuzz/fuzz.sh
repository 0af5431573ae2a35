#!/bin/bash
# Has every fuzzer of build/fuzz, or FUZZ alone, make RUNS inputs, one fuzzer after the other, from the corpus in the
# tree and from what earlier runs found. New inputs go to build/fuzz/corpus/NAME, those that break a promise, leak or
# hang to build/fuzz/crashes/NAME; then this exits 1. FUZZ_FLAGS are for libFuzzer.
set -euo pipefail
cd "$(dirname "$0")/../.."
RUNS=${RUNS:-1000000}
out=build/fuzz

# Bytes; a token may have 8,192, and an id_token 16,384.
longest() {
  case $1 in
    token) echo 8400 ;;
    id_token) echo 16600 ;;
    fcgi) echo 6000 ;;
    provider_file) echo 4000 ;;
    *) echo 2048 ;;
  esac
}

fuzz() {
  local name=$1 corpus=$out/corpus/$1 crashes=$out/crashes/$1 flags=()
  mkdir -p "$corpus" "$crashes"
  [[ ! -e tests/fuzz/$name.dict ]] || flags+=("-dict=tests/fuzz/$name.dict")
  read -r -a more <<< "${FUZZ_FLAGS:-}"
  "$out/fuzz/$name" -runs="$RUNS" -max_len="$(longest "$name")" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$crashes/" "${flags[@]}" "${more[@]}" \
    "$corpus" "tests/fuzz/corpus/$name" 2>&1
}

# The line of the table, from a fuzzer's log.
result() {
  local name=$1 log=$2
  perl -e '
    my ($name, $crashes) = splice @ARGV, 0, 2;
    my %stat;
    while (<>) {
      $stat{edges} = $1 if /\bcov: (\d+)/;
      $stat{corpus} = $1 if /\bcorp: (\d+)/;
      $stat{$1} = $2 if /^stat::(\w+):\s*(\d+)/;
    }
    printf "%-14s %10s %8s %8s %8s %8s\n", $name, map { $_ // "-" }
      @stat{qw(number_of_executed_units average_exec_per_sec edges corpus)}, $crashes;
  ' "$name" "$(find "$out/crashes/$name" -type f | wc -l)" "$log"
}

failed=0
table=$(printf '%-14s %10s %8s %8s %8s %8s' fuzzer runs runs/s edges corpus crashes)
for fuzzer in "$out"/fuzz/*; do
  name=${fuzzer##*/}
  [[ -z ${FUZZ:-} || $FUZZ == "$name" ]] || continue
  log=$out/$name.log
  echo "fuzz: $name, $RUNS runs; see $log"
  fuzz "$name" > "$log" || { failed=1; grep -E '^broken promise|ERROR: |SUMMARY: |Test unit written' "$log" || true; }
  table+=$'\n'$(result "$name" "$log")
done
echo "$table"
exit "$failed"
