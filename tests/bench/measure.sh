# shellcheck shell=bash
# Single measurements. Sourced by bench.sh, which has set STACK_DIR, SITE, TOKEN and more by the time they are called.
#
#   measure PHASE SUBJECT CLIENTS SECONDS [LABEL [START]]    wrk, once; a line in DIR/samples.tsv; sets LAST_REQUESTS, and
#                                                    LAST_ASKED, the most that one of wrk's threads has asked
#   logins LABEL BROWSERS SECONDS DIRECTIVES         the same of whole logins
#   fact NAME VALUE       a line in DIR/facts.tsv
#   resident NAME         a program's resident memory in KiB
#   redis_fact SECTION NAME      a number of Redis's INFO
#   describe_machine      facts about it
#   say TEXT              what is being done, on standard error

say() { printf '%(%H:%M:%S)T %s\n' -1 "$*" >&2; }
fact() { printf '%s\t%s\n' "$1" "$2" >> "$STACK_DIR/facts.tsv"; }
resident() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(pid_of "$1")/status"; }

redis_fact() { redis_admin INFO "$1" | sed -n "s/^$2:\([0-9]*\).*/\1/p"; }

# The endpoint that answers for a subject; none where nginx does.
program_of() { # SUBJECT
  case $1 in
    bare-*) echo bare ;;
    current*) echo current ;;
    guarded) echo auth ;;
    poll*) echo login-wx ;;
    callback) echo login-wx-callback ;;
  esac
}

# Sets url, headers and arguments for requests.lua.
request_of() { # SUBJECT [START]
  headers=() arguments=(same)
  local current="IDTOKEN: $TOKEN" tokens=("$STACK_DIR/cold-tokens" "${2:-0}") poll='?uuid=0b1e7a52-5d0c-4f6e-9d0a-2f4f0c1f7a11'
  case $1 in
    return) url=/bench/return headers=("$current") ;;
    bare-current) url=/bench/bare headers=("$current") ;;
    current) url=/api/user/current/ headers=("$current") ;;
    lua-current) url=/bench/lua/current headers=("$current") ;;
    guarded) url=/bench/guarded headers=("$current") ;;
    bare-guarded) url=/bench/bare/guarded headers=("$current") ;;
    lua-guarded) url=/bench/lua/guarded headers=("$current") ;;
    bare-poll) url=/bench/bare$poll ;;
    poll) url=/api/user/login/wx/$poll ;;
    lua-poll) url=/bench/lua/poll$poll ;;
    callback) url=/api/user/login/wx/callback/ arguments=(scans 10000) ;;
    current-turn) url=/api/user/current/ arguments=(turns "${tokens[@]}") ;;
    lua-current-turn) url=/bench/lua/current arguments=(turns "${tokens[@]}") ;;
    current-zipf) url=/api/user/current/ arguments=(zipf "${tokens[@]}") ;;
    lua-current-zipf) url=/bench/lua/current arguments=(zipf "${tokens[@]}") ;;
    poll-spread) url=/api/user/login/wx/ arguments=(polls 10000) ;;
    *) fail "no subject $1" ;;
  esac
}

# Processor time that these processes have had, in hundredths of a second.
processor_time() { # PID…
  local pid stat fields sum=0
  for pid in "$@"; do
    IFS= read -r stat 2> /dev/null < "/proc/$pid/stat" || continue
    read -r -a fields <<< "${stat##*) }"
    sum=$((sum + fields[11] + fields[12]))
  done
  echo "$sum"
}
nginx_workers() {
  local nginx
  nginx=$(pid_of nginx) && cat "/proc/$nginx/task/$nginx/children"
}
# Of the endpoint, nginx and Redis.
processor_times() { # PROGRAM
  local workers endpoint=()
  read -r -a workers <<< "$(nginx_workers)"
  [[ -z $1 ]] || endpoint=("$(pid_of "$1")")
  echo "$(processor_time "${endpoint[@]}") $(processor_time "${workers[@]}") $(processor_time "$(pid_of redis)")"
}

measure() { # PHASE SUBJECT CLIENTS SECONDS [LABEL [START]]
  local url headers arguments program before after said figures
  program=$(program_of "$2")
  request_of "$2" "${6:-0}"
  : > "$STACK_DIR/log/nginx-access.log"
  read -r -a before <<< "$(processor_times "$program")"
  said=$(timeout "$(($4 + 300))" wrk -t2 -c"$3" -d"$4s" --timeout 60s -s "$BENCH/requests.lua" \
    "${headers[@]/#/-H}" "$SITE$url" -- "${arguments[@]}" 2>&1) || fail "wrk: $said"
  read -r -a after <<< "$(processor_times "$program")"
  read -r -a figures <<< "$(grep '^result' <<< "$said")"
  ((${#figures[@]} == 8)) || fail "wrk: $said"
  # shellcheck disable=SC2034 # for bench.sh
  LAST_REQUESTS=${figures[1]} LAST_ASKED=${figures[7]}
  # Requests a second; p50, p99, max in microseconds; errors; microseconds of processor time per request.
  perl -e 'my ($phase, $subject, $clients, $label, undef, $n, $us, @rest) = splice @ARGV, 0, 11;
    my @cpu = map { sprintf "%.2f", $n ? 1e4 * ($ARGV[$_ + 3] - $ARGV[$_]) / $n : 0 } 0 .. 2;
    print join("\t", $phase, $subject, $clients, $label, sprintf("%.0f", 1e6 * $n / $us), @rest, @cpu, $n), "\n"' \
    "$1" "$2" "$3" "${5:--}" "${figures[@]:0:7}" "${before[@]}" "${after[@]}" | tee -a "$STACK_DIR/samples.tsv" >&2
}

logins() { # LABEL BROWSERS SECONDS DIRECTIVES
  local said before after
  : > "$STACK_DIR/log/nginx-access.log"
  before=$(processor_time "$(pid_of login-wx)")
  said=$(timeout "$(($3 + 300))" "$BUILD_DIR/bench/logins" "$PORT" "$2" "$3" "$4") || fail "logins failed"
  after=$(processor_time "$(pid_of login-wx)")
  printf 'logins\t%s\t%s\t%s\t%s\n' "$1" "$2" "$((after - before))" "$said" | tee -a "$STACK_DIR/logins.tsv" >&2
}

describe_machine() {
  fact cpu "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)"
  fact cores "$(nproc)"
  fact memory "$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
  fact kernel "$(uname -sr)"
  fact system "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)"
  fact nginx "$(nginx -v 2>&1 | sed 's#.*/##')"
  fact redis "$(redis-server --version | sed 's/.* v=\([^ ]*\).*/\1/')"
  fact mariadb "$(mariadbd --version | sed -E 's/.* Ver ([0-9.]+).*/\1/')"
  fact wrk "$(wrk -v 2>&1 | sed -n 's/^wrk \([^ ]*\).*/\1/p')"
  fact load "$(cut -d ' ' -f 1 /proc/loadavg)"
  fact date "$(date -u +%F)"
}
